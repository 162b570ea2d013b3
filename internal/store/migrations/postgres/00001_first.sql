-- +goose Up
CREATE TABLE goods (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, version BIGINT NOT NULL, doc TEXT NOT NULL);
-- every address a good ever had
CREATE TABLE slugs (slug TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL REFERENCES goods (id));
CREATE TABLE identifiers (
  scheme TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL REFERENCES goods (id), PRIMARY KEY (scheme, value)
);
CREATE INDEX identifiers_value ON identifiers (value);
CREATE INDEX identifiers_good ON identifiers (good);
CREATE TABLE sources (id TEXT COLLATE "C" PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE records (
  source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL REFERENCES goods (id), doc TEXT NOT NULL, PRIMARY KEY (source, foreign_id)
);
CREATE INDEX records_good ON records (good);
CREATE TABLE match_keys (key TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL REFERENCES goods (id), PRIMARY KEY (key, good));
CREATE INDEX match_keys_good ON match_keys (good);
-- private: never leaves this table but for the operator
CREATE TABLE contacts (
  source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
  PRIMARY KEY (source, foreign_id, n)
);
-- private: records that need a person, with what was read
CREATE TABLE cases (
  id TEXT COLLATE "C" PRIMARY KEY, source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL, reasons TEXT NOT NULL, raw BYTEA, facts TEXT NOT NULL,
  created BIGINT NOT NULL, settled BIGINT NOT NULL, settlement TEXT NOT NULL, UNIQUE (source, foreign_id)
);
CREATE INDEX cases_open ON cases (created, id) WHERE settled = 0;
CREATE TABLE log_head (one BIGINT PRIMARY KEY CHECK (one = 1), size BIGINT NOT NULL);
INSERT INTO log_head (one, size) VALUES (1, 0);
CREATE TABLE journal (
  position BIGINT PRIMARY KEY, time BIGINT NOT NULL, role TEXT NOT NULL, pseudonym TEXT NOT NULL, verb TEXT NOT NULL, subjects TEXT NOT NULL, leaf BYTEA NOT NULL
);
CREATE INDEX journal_declarations ON journal (position) WHERE verb IN ('source.declared', 'directory.stated');
CREATE TABLE journal_subjects (
  good TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL REFERENCES journal (position), PRIMARY KEY (good, position)
);
-- what can be erased: a value and its salt, both or neither
CREATE TABLE journal_values (
  position BIGINT NOT NULL REFERENCES journal (position), n BIGINT NOT NULL, name TEXT NOT NULL, salt BYTEA, data BYTEA, erased BIGINT,
  PRIMARY KEY (position, n), CHECK ((erased IS NULL) = (salt IS NOT NULL) AND (erased IS NULL) = (data IS NOT NULL))
);
CREATE TABLE log_hashes (id BIGINT PRIMARY KEY, hash BYTEA NOT NULL CHECK (length(hash) = 32));
CREATE TABLE checkpoints (size BIGINT PRIMARY KEY, note TEXT NOT NULL, signed BIGINT NOT NULL);
