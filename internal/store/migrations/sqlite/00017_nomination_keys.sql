-- +goose Up
-- private: by what the nominations that wait are known, so that twins are seen
CREATE TABLE nomination_keys (
  key TEXT NOT NULL, nomination TEXT NOT NULL REFERENCES nominations (id) ON DELETE CASCADE, PRIMARY KEY (key, nomination)
) STRICT, WITHOUT ROWID;
CREATE INDEX nomination_keys_nomination ON nomination_keys (nomination);
