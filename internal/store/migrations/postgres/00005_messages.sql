-- +goose Up
-- work to be done after a commit; the queue's own tables only say when
CREATE TABLE tasks (
  id TEXT COLLATE "C" PRIMARY KEY, kind TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, args TEXT NOT NULL, at BIGINT NOT NULL, created BIGINT NOT NULL,
  attempts BIGINT NOT NULL, error TEXT NOT NULL, ended BIGINT NOT NULL, failed BIGINT NOT NULL, UNIQUE (kind, key)
);
CREATE INDEX tasks_open ON tasks (id) WHERE ended = 0;
CREATE INDEX tasks_ended ON tasks (ended);
-- how far each reader of the journal has come
CREATE TABLE cursors (name TEXT COLLATE "C" PRIMARY KEY, position BIGINT NOT NULL);
-- what links to persons are sealed with
CREATE TABLE secrets (name TEXT COLLATE "C" PRIMARY KEY, value BYTEA NOT NULL);
-- private: what a person should hear, wants to hear by mail, and could not be reached at
CREATE TABLE notices (
  id TEXT COLLATE "C" PRIMARY KEY, person TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, about TEXT COLLATE "C" NOT NULL, position BIGINT NOT NULL, args TEXT NOT NULL, path TEXT NOT NULL,
  created BIGINT NOT NULL, seen BIGINT NOT NULL, mailed BIGINT NOT NULL
);
CREATE INDEX notices_person ON notices (person, created, id);
CREATE INDEX notices_unseen ON notices (person) WHERE seen = 0;
CREATE INDEX notices_created ON notices (created);
CREATE TABLE mail_wishes (person TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, mail BIGINT NOT NULL, PRIMARY KEY (person, kind));
CREATE TABLE bounces (address TEXT COLLATE "C" PRIMARY KEY, since BIGINT NOT NULL, reason TEXT NOT NULL);
CREATE TABLE feeds (person TEXT COLLATE "C" PRIMARY KEY, token TEXT COLLATE "C" NOT NULL UNIQUE, created BIGINT NOT NULL);
CREATE TABLE webhooks (
  id TEXT COLLATE "C" PRIMARY KEY, person TEXT COLLATE "C" NOT NULL, url TEXT NOT NULL, verbs TEXT NOT NULL, secret TEXT NOT NULL, old_secret TEXT NOT NULL, old_until BIGINT NOT NULL,
  created BIGINT NOT NULL, failing BIGINT NOT NULL, disabled BIGINT NOT NULL, reason TEXT NOT NULL, version BIGINT NOT NULL
);
CREATE INDEX webhooks_person ON webhooks (person, id);
CREATE TABLE deliveries (
  id TEXT COLLATE "C" PRIMARY KEY, webhook TEXT COLLATE "C" NOT NULL REFERENCES webhooks (id), position BIGINT NOT NULL, verb TEXT COLLATE "C" NOT NULL, created BIGINT NOT NULL,
  attempts BIGINT NOT NULL, tried BIGINT NOT NULL, status BIGINT NOT NULL, error TEXT NOT NULL, delivered BIGINT NOT NULL
);
CREATE INDEX deliveries_webhook ON deliveries (webhook, position);
CREATE INDEX deliveries_created ON deliveries (created);
-- files, named by the SHA-256 of what is in them, and what they are attached to
CREATE TABLE blobs (hash TEXT COLLATE "C" PRIMARY KEY, size BIGINT NOT NULL, type TEXT NOT NULL, created BIGINT NOT NULL);
CREATE TABLE attachments (
  id TEXT COLLATE "C" PRIMARY KEY, hash TEXT COLLATE "C" NOT NULL REFERENCES blobs (hash), about TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, created BIGINT NOT NULL
);
CREATE INDEX attachments_hash ON attachments (hash);
CREATE INDEX attachments_about ON attachments (about, id);
