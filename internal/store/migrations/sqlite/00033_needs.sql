-- +goose Up
-- needs that are kept, who keeps each, by what they are listed, and who says that they can help
CREATE TABLE needs (id TEXT PRIMARY KEY, owner TEXT NOT NULL, visibility TEXT NOT NULL, outcome TEXT NOT NULL, created INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX needs_owner ON needs (owner, id);
CREATE INDEX needs_public ON needs (id) WHERE visibility = 'public' AND outcome <> 'hidden';
-- of public needs alone: "country/KE", "sector/health", "sdg/3", "state/open"
CREATE TABLE need_tags (tag TEXT NOT NULL, need TEXT NOT NULL, PRIMARY KEY (tag, need)) STRICT;
CREATE INDEX need_tags_need ON need_tags (need);
CREATE TABLE need_answers (id TEXT PRIMARY KEY, need TEXT NOT NULL, person TEXT NOT NULL, created INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL, UNIQUE (need, person)) STRICT;
CREATE INDEX need_answers_person ON need_answers (person, id);
