-- +goose Up
-- private: which application came of which one made elsewhere
CREATE TABLE imported_applications (
  source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, application TEXT COLLATE "C" NOT NULL REFERENCES applications (id), hash TEXT NOT NULL,
  PRIMARY KEY (source, foreign_id)
);
-- what volunteers found of goods elsewhere: advice; doc is without their names
CREATE TABLE community_reviews (
  source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL, at BIGINT NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (source, foreign_id)
);
CREATE INDEX community_reviews_good ON community_reviews (good, at) WHERE good <> '';
-- private: who they are
CREATE TABLE community_reviewers (
  source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, handle TEXT NOT NULL, PRIMARY KEY (source, foreign_id)
);
