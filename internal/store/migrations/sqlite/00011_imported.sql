-- +goose Up
-- private: which application came of which one made elsewhere
CREATE TABLE imported_applications (
  source TEXT NOT NULL, foreign_id TEXT NOT NULL, application TEXT NOT NULL REFERENCES applications (id), hash TEXT NOT NULL, PRIMARY KEY (source, foreign_id)
) STRICT;
-- what volunteers found of goods elsewhere: advice; doc is without their names
CREATE TABLE community_reviews (
  source TEXT NOT NULL, foreign_id TEXT NOT NULL, good TEXT NOT NULL, name TEXT NOT NULL, at INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (source, foreign_id)
) STRICT;
CREATE INDEX community_reviews_good ON community_reviews (good, at) WHERE good <> '';
-- private: who they are
CREATE TABLE community_reviewers (
  source TEXT NOT NULL, foreign_id TEXT NOT NULL, handle TEXT NOT NULL, PRIMARY KEY (source, foreign_id)
) STRICT;
