-- +goose Up
-- private: who was asked to join what, at which address; a row ends with what became of it and goes when it expires
CREATE TABLE invitations (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, address TEXT NOT NULL, person TEXT NOT NULL, keeper INTEGER NOT NULL, lang TEXT NOT NULL,
  created INTEGER NOT NULL, expires INTEGER NOT NULL, ended INTEGER NOT NULL, became TEXT NOT NULL
) STRICT;
CREATE INDEX invitations_about ON invitations (about, kind);
CREATE INDEX invitations_address ON invitations (address);
CREATE INDEX invitations_person ON invitations (person, created);
CREATE INDEX invitations_expires ON invitations (expires);
