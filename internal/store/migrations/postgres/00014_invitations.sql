-- +goose Up
-- private: who was asked to join what, at which address; a row ends with what became of it and goes when it expires
CREATE TABLE invitations (
  id TEXT COLLATE "C" PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, about TEXT COLLATE "C" NOT NULL, address TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, keeper BIGINT NOT NULL, lang TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL, expires BIGINT NOT NULL, ended BIGINT NOT NULL, became TEXT COLLATE "C" NOT NULL
);
CREATE INDEX invitations_about ON invitations (about, kind);
CREATE INDEX invitations_address ON invitations (address);
CREATE INDEX invitations_person ON invitations (person, created);
CREATE INDEX invitations_expires ON invitations (expires);
