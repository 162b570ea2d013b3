-- +goose Up
-- spreadsheets of deployments that people sent; private, forgotten after a week
CREATE TABLE deployment_sheets (id TEXT COLLATE "C" PRIMARY KEY, person TEXT COLLATE "C" NOT NULL, sent BIGINT NOT NULL, done BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX deployment_sheets_person ON deployment_sheets (person, id);
