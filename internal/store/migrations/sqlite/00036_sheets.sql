-- +goose Up
-- spreadsheets of deployments that people sent; private, forgotten after a week
CREATE TABLE deployment_sheets (id TEXT PRIMARY KEY, person TEXT NOT NULL, sent INTEGER NOT NULL, done INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX deployment_sheets_person ON deployment_sheets (person, id);
