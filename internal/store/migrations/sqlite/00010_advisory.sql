-- +goose Up
-- the advisory group: its seats, what it is asked, and what is said on it
CREATE TABLE seats (id TEXT PRIMARY KEY, person TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX seats_person ON seats (person);
CREATE TABLE consultations (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE opinions (consultation TEXT NOT NULL REFERENCES consultations (id), seat TEXT NOT NULL REFERENCES seats (id), doc TEXT NOT NULL, PRIMARY KEY (consultation, seat)) STRICT, WITHOUT ROWID;
CREATE TABLE comments (id TEXT PRIMARY KEY, consultation TEXT NOT NULL REFERENCES consultations (id), author TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX comments_author ON comments (author);
CREATE INDEX comments_consultation ON comments (consultation, id);
