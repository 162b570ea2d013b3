-- +goose Up
-- when accounts joined communities in the last day, left again or not: what bounds how many they join
CREATE TABLE community_joins (person TEXT NOT NULL, at INTEGER NOT NULL) STRICT;
CREATE INDEX community_joins_person ON community_joins (person, at);
