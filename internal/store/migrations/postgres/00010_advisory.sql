-- +goose Up
-- the advisory group: its seats, what it is asked, and what is said on it
CREATE TABLE seats (id TEXT COLLATE "C" PRIMARY KEY, person TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX seats_person ON seats (person);
CREATE TABLE consultations (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE opinions (consultation TEXT COLLATE "C" NOT NULL REFERENCES consultations (id), seat TEXT COLLATE "C" NOT NULL REFERENCES seats (id), doc TEXT NOT NULL, PRIMARY KEY (consultation, seat));
CREATE TABLE comments (id TEXT COLLATE "C" PRIMARY KEY, consultation TEXT COLLATE "C" NOT NULL REFERENCES consultations (id), author TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL);
CREATE INDEX comments_author ON comments (author);
CREATE INDEX comments_consultation ON comments (consultation, id);
