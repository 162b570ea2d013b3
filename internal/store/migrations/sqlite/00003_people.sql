-- +goose Up
-- private: people, how they get in, what they may do. Erasing a person takes
-- all of it away; the journal knows pseudonyms alone.
CREATE TABLE persons (id TEXT PRIMARY KEY, pseudonym TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, created INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE emails (
  address TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, verified INTEGER NOT NULL, main INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX emails_person ON emails (person);
CREATE TABLE passkeys (
  id BLOB PRIMARY KEY, person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, name TEXT NOT NULL, doc TEXT NOT NULL, created INTEGER NOT NULL, used INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX passkeys_person ON passkeys (person);
CREATE TABLE identities (
  issuer TEXT NOT NULL, subject TEXT NOT NULL, person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, label TEXT NOT NULL, created INTEGER NOT NULL,
  PRIMARY KEY (issuer, subject)
) STRICT, WITHOUT ROWID;
CREATE INDEX identities_person ON identities (person);
-- of secrets only hashes are kept
CREATE TABLE sessions (
  id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, device TEXT NOT NULL, way TEXT NOT NULL,
  created INTEGER NOT NULL, seen INTEGER NOT NULL, proved INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT;
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, hash BLOB NOT NULL UNIQUE, person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created INTEGER NOT NULL, used INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT;
CREATE INDEX tokens_person ON tokens (person);
-- what is under way until somebody is in: links that were sent, challenges
CREATE TABLE ceremonies (
  hash BLOB PRIMARY KEY, kind TEXT NOT NULL, about TEXT NOT NULL, doc TEXT NOT NULL, tries INTEGER NOT NULL, created INTEGER NOT NULL, expires INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX ceremonies_about ON ceremonies (kind, about, created);
CREATE INDEX ceremonies_expires ON ceremonies (expires);
CREATE TABLE roles (
  person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, role TEXT NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (person, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX roles_role ON roles (role, person);
CREATE TABLE organisations (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, name TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
CREATE TABLE domains (
  organisation TEXT NOT NULL REFERENCES organisations (id), domain TEXT NOT NULL, proof TEXT NOT NULL, way TEXT NOT NULL, verified INTEGER NOT NULL,
  PRIMARY KEY (organisation, domain)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX domains_verified ON domains (domain) WHERE verified > 0;
CREATE TABLE memberships (
  organisation TEXT NOT NULL REFERENCES organisations (id), person TEXT NOT NULL REFERENCES persons (id) ON DELETE CASCADE, keeper INTEGER NOT NULL, since INTEGER NOT NULL,
  PRIMARY KEY (organisation, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX memberships_person ON memberships (person);
CREATE INDEX journal_pseudonym ON journal (pseudonym, position) WHERE pseudonym <> '';
