-- +goose Up
-- copies of checklists that people keep for themselves or with their organisation; private
CREATE TABLE guides (id TEXT PRIMARY KEY, owner TEXT NOT NULL, body TEXT NOT NULL, good TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX guides_owner ON guides (owner, id);
CREATE INDEX guides_body ON guides (body, id);
