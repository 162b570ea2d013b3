-- +goose Up
-- private: what anyone proposed, with the address to answer to
CREATE TABLE nominations (
  id TEXT COLLATE "C" PRIMARY KEY, created BIGINT NOT NULL, settled BIGINT NOT NULL, settlement TEXT NOT NULL, good TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL,
  doubts TEXT NOT NULL, email TEXT NOT NULL
);
CREATE INDEX nominations_open ON nominations (created, id) WHERE settled = 0;
CREATE INDEX nominations_good ON nominations (good) WHERE good <> '';
-- private: who says a good is theirs, the word to prove it by, and how it was proved
CREATE TABLE claims (
  good TEXT COLLATE "C" NOT NULL REFERENCES goods (id), person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, token TEXT NOT NULL, created BIGINT NOT NULL, checked BIGINT NOT NULL,
  checks BIGINT NOT NULL, proved BIGINT NOT NULL, method TEXT NOT NULL, place TEXT NOT NULL, PRIMARY KEY (good, person)
);
CREATE INDEX claims_person ON claims (person, good);
