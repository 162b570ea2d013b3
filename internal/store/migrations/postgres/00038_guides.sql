-- +goose Up
-- copies of checklists that people keep for themselves or with their organisation; private
CREATE TABLE guides (id TEXT COLLATE "C" PRIMARY KEY, owner TEXT COLLATE "C" NOT NULL, body TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX guides_owner ON guides (owner, id);
CREATE INDEX guides_body ON guides (body, id);
