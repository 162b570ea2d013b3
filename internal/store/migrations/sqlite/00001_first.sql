-- +goose Up
CREATE TABLE goods (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
-- every address a good ever had
CREATE TABLE slugs (slug TEXT PRIMARY KEY, good TEXT NOT NULL REFERENCES goods (id)) STRICT, WITHOUT ROWID;
CREATE TABLE identifiers (
  scheme TEXT NOT NULL, value TEXT NOT NULL, good TEXT NOT NULL REFERENCES goods (id), PRIMARY KEY (scheme, value)
) STRICT, WITHOUT ROWID;
CREATE INDEX identifiers_value ON identifiers (value);
CREATE INDEX identifiers_good ON identifiers (good);
CREATE TABLE sources (id TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
CREATE TABLE records (
  source TEXT NOT NULL, foreign_id TEXT NOT NULL, good TEXT NOT NULL REFERENCES goods (id), doc TEXT NOT NULL, PRIMARY KEY (source, foreign_id)
) STRICT;
CREATE INDEX records_good ON records (good);
CREATE TABLE match_keys (key TEXT NOT NULL, good TEXT NOT NULL REFERENCES goods (id), PRIMARY KEY (key, good)) STRICT, WITHOUT ROWID;
CREATE INDEX match_keys_good ON match_keys (good);
-- private: never leaves this table but for the operator
CREATE TABLE contacts (
  source TEXT NOT NULL, foreign_id TEXT NOT NULL, n INTEGER NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL, email TEXT NOT NULL,
  PRIMARY KEY (source, foreign_id, n)
) STRICT;
-- private: records that need a person, with what was read
CREATE TABLE cases (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, foreign_id TEXT NOT NULL, name TEXT NOT NULL, reasons TEXT NOT NULL, raw BLOB, facts TEXT NOT NULL,
  created INTEGER NOT NULL, settled INTEGER NOT NULL, settlement TEXT NOT NULL, UNIQUE (source, foreign_id)
) STRICT;
CREATE INDEX cases_open ON cases (created, id) WHERE settled = 0;
CREATE TABLE log_head (one INTEGER PRIMARY KEY CHECK (one = 1), size INTEGER NOT NULL) STRICT;
INSERT INTO log_head (one, size) VALUES (1, 0);
CREATE TABLE journal (
  position INTEGER PRIMARY KEY, time INTEGER NOT NULL, role TEXT NOT NULL, pseudonym TEXT NOT NULL, verb TEXT NOT NULL, subjects TEXT NOT NULL, leaf BLOB NOT NULL
) STRICT;
CREATE INDEX journal_declarations ON journal (position) WHERE verb IN ('source.declared', 'directory.stated');
CREATE TABLE journal_subjects (
  good TEXT NOT NULL, position INTEGER NOT NULL REFERENCES journal (position), PRIMARY KEY (good, position)
) STRICT, WITHOUT ROWID;
-- what can be erased: a value and its salt, both or neither
CREATE TABLE journal_values (
  position INTEGER NOT NULL REFERENCES journal (position), n INTEGER NOT NULL, name TEXT NOT NULL, salt BLOB, data BLOB, erased INTEGER,
  PRIMARY KEY (position, n), CHECK ((erased IS NULL) = (salt IS NOT NULL) AND (erased IS NULL) = (data IS NOT NULL))
) STRICT;
CREATE TABLE log_hashes (id INTEGER PRIMARY KEY, hash BLOB NOT NULL CHECK (length(hash) = 32)) STRICT;
CREATE TABLE checkpoints (size INTEGER PRIMARY KEY, note TEXT NOT NULL, signed INTEGER NOT NULL) STRICT;
