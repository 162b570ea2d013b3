-- +goose Up
-- private: what anyone proposed, with the address to answer to
CREATE TABLE nominations (
  id TEXT PRIMARY KEY, created INTEGER NOT NULL, settled INTEGER NOT NULL, settlement TEXT NOT NULL, good TEXT NOT NULL, doc TEXT NOT NULL,
  doubts TEXT NOT NULL, email TEXT NOT NULL
) STRICT;
CREATE INDEX nominations_open ON nominations (created, id) WHERE settled = 0;
CREATE INDEX nominations_good ON nominations (good) WHERE good <> '';
-- private: who says a good is theirs, the word to prove it by, and how it was proved
CREATE TABLE claims (
  good TEXT NOT NULL REFERENCES goods (id), person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, token TEXT NOT NULL, created INTEGER NOT NULL, checked INTEGER NOT NULL,
  checks INTEGER NOT NULL, proved INTEGER NOT NULL, method TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (good, person)
) STRICT;
CREATE INDEX claims_person ON claims (person, good);
