-- +goose Up
-- work to be done after a commit; the queue's own tables only say when
CREATE TABLE tasks (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, args TEXT NOT NULL, at INTEGER NOT NULL, created INTEGER NOT NULL,
  attempts INTEGER NOT NULL, error TEXT NOT NULL, ended INTEGER NOT NULL, failed INTEGER NOT NULL, UNIQUE (kind, key)
) STRICT;
CREATE INDEX tasks_open ON tasks (id) WHERE ended = 0;
CREATE INDEX tasks_ended ON tasks (ended);
-- how far each reader of the journal has come
CREATE TABLE cursors (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
-- what links to persons are sealed with
CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
-- private: what a person should hear, wants to hear by mail, and could not be reached at
CREATE TABLE notices (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, kind TEXT NOT NULL, about TEXT NOT NULL, position INTEGER NOT NULL, args TEXT NOT NULL, path TEXT NOT NULL,
  created INTEGER NOT NULL, seen INTEGER NOT NULL, mailed INTEGER NOT NULL
) STRICT;
CREATE INDEX notices_person ON notices (person, created, id);
CREATE INDEX notices_unseen ON notices (person) WHERE seen = 0;
CREATE INDEX notices_created ON notices (created);
CREATE TABLE mail_wishes (person TEXT NOT NULL, kind TEXT NOT NULL, mail INTEGER NOT NULL, PRIMARY KEY (person, kind)) STRICT, WITHOUT ROWID;
CREATE TABLE bounces (address TEXT PRIMARY KEY, since INTEGER NOT NULL, reason TEXT NOT NULL) STRICT;
CREATE TABLE feeds (person TEXT PRIMARY KEY, token TEXT NOT NULL UNIQUE, created INTEGER NOT NULL) STRICT;
CREATE TABLE webhooks (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, url TEXT NOT NULL, verbs TEXT NOT NULL, secret TEXT NOT NULL, old_secret TEXT NOT NULL, old_until INTEGER NOT NULL,
  created INTEGER NOT NULL, failing INTEGER NOT NULL, disabled INTEGER NOT NULL, reason TEXT NOT NULL, version INTEGER NOT NULL
) STRICT;
CREATE INDEX webhooks_person ON webhooks (person, id);
CREATE TABLE deliveries (
  id TEXT PRIMARY KEY, webhook TEXT NOT NULL REFERENCES webhooks (id), position INTEGER NOT NULL, verb TEXT NOT NULL, created INTEGER NOT NULL,
  attempts INTEGER NOT NULL, tried INTEGER NOT NULL, status INTEGER NOT NULL, error TEXT NOT NULL, delivered INTEGER NOT NULL
) STRICT;
CREATE INDEX deliveries_webhook ON deliveries (webhook, position);
CREATE INDEX deliveries_created ON deliveries (created);
-- files, named by the SHA-256 of what is in them, and what they are attached to
CREATE TABLE blobs (hash TEXT PRIMARY KEY, size INTEGER NOT NULL, type TEXT NOT NULL, created INTEGER NOT NULL) STRICT;
CREATE TABLE attachments (
  id TEXT PRIMARY KEY, hash TEXT NOT NULL REFERENCES blobs (hash), about TEXT NOT NULL, name TEXT NOT NULL, person TEXT NOT NULL, created INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_hash ON attachments (hash);
CREATE INDEX attachments_about ON attachments (about, id);
