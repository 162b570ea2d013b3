-- +goose Up
-- private: people, how they get in, what they may do. Erasing a person takes
-- all of it away; the journal knows pseudonyms alone.
CREATE TABLE persons (id TEXT COLLATE "C" PRIMARY KEY, pseudonym TEXT COLLATE "C" NOT NULL UNIQUE, version BIGINT NOT NULL, created BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE emails (
  address TEXT COLLATE "C" PRIMARY KEY, person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, verified BIGINT NOT NULL, main BIGINT NOT NULL
);
CREATE INDEX emails_person ON emails (person);
CREATE TABLE passkeys (
  id BYTEA PRIMARY KEY, person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, name TEXT NOT NULL, doc TEXT NOT NULL, created BIGINT NOT NULL, used BIGINT NOT NULL
);
CREATE INDEX passkeys_person ON passkeys (person);
CREATE TABLE identities (
  issuer TEXT COLLATE "C" NOT NULL, subject TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, label TEXT NOT NULL, created BIGINT NOT NULL,
  PRIMARY KEY (issuer, subject)
);
CREATE INDEX identities_person ON identities (person);
-- of secrets only hashes are kept
CREATE TABLE sessions (
  id TEXT COLLATE "C" PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, device TEXT NOT NULL, way TEXT NOT NULL,
  created BIGINT NOT NULL, seen BIGINT NOT NULL, proved BIGINT NOT NULL, expires BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person);
CREATE TABLE tokens (
  id TEXT COLLATE "C" PRIMARY KEY, hash BYTEA NOT NULL UNIQUE, person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, name TEXT NOT NULL, scopes TEXT NOT NULL,
  created BIGINT NOT NULL, used BIGINT NOT NULL, expires BIGINT NOT NULL
);
CREATE INDEX tokens_person ON tokens (person);
-- what is under way until somebody is in: links that were sent, challenges
CREATE TABLE ceremonies (
  hash BYTEA PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, about TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL, tries BIGINT NOT NULL, created BIGINT NOT NULL, expires BIGINT NOT NULL
);
CREATE INDEX ceremonies_about ON ceremonies (kind, about, created);
CREATE INDEX ceremonies_expires ON ceremonies (expires);
CREATE TABLE roles (
  person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, role TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (person, role)
);
CREATE INDEX roles_role ON roles (role, person);
CREATE TABLE organisations (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, name TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE domains (
  organisation TEXT COLLATE "C" NOT NULL REFERENCES organisations (id), domain TEXT COLLATE "C" NOT NULL, proof TEXT NOT NULL, way TEXT NOT NULL, verified BIGINT NOT NULL,
  PRIMARY KEY (organisation, domain)
);
CREATE UNIQUE INDEX domains_verified ON domains (domain) WHERE verified > 0;
CREATE TABLE memberships (
  organisation TEXT COLLATE "C" NOT NULL REFERENCES organisations (id), person TEXT COLLATE "C" NOT NULL REFERENCES persons (id) ON DELETE CASCADE, keeper BIGINT NOT NULL, since BIGINT NOT NULL,
  PRIMARY KEY (organisation, person)
);
CREATE INDEX memberships_person ON memberships (person);
CREATE INDEX journal_pseudonym ON journal (pseudonym, position) WHERE pseudonym <> '';
