-- +goose Up
-- needs that are kept, who keeps each, by what they are listed, and who says that they can help
CREATE TABLE needs (id TEXT COLLATE "C" PRIMARY KEY, owner TEXT COLLATE "C" NOT NULL, visibility TEXT COLLATE "C" NOT NULL, outcome TEXT COLLATE "C" NOT NULL, created BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX needs_owner ON needs (owner, id);
CREATE INDEX needs_public ON needs (id) WHERE visibility = 'public' AND outcome <> 'hidden';
-- of public needs alone: "country/KE", "sector/health", "sdg/3", "state/open"
CREATE TABLE need_tags (tag TEXT COLLATE "C" NOT NULL, need TEXT COLLATE "C" NOT NULL, PRIMARY KEY (tag, need));
CREATE INDEX need_tags_need ON need_tags (need);
CREATE TABLE need_answers (id TEXT COLLATE "C" PRIMARY KEY, need TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, created BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL, UNIQUE (need, person));
CREATE INDEX need_answers_person ON need_answers (person, id);
