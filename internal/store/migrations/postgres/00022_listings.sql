-- +goose Up
-- what is listed through the publiccode catalogue API, and what was made of goods for it; private is never served to all
CREATE TABLE listings (
  kind TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, catalog TEXT COLLATE "C" NOT NULL, active BIGINT NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL, version BIGINT NOT NULL,
  good TEXT COLLATE "C" NOT NULL, posted BIGINT NOT NULL, doc BYTEA NOT NULL, analysis TEXT NOT NULL, private TEXT NOT NULL, PRIMARY KEY (kind, id)
);
CREATE INDEX listings_created ON listings (kind, created, id);
CREATE INDEX listings_catalog ON listings (catalog, kind, created, id);
CREATE INDEX listings_good ON listings (good);
CREATE TABLE listing_names (kind TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, id TEXT COLLATE "C" NOT NULL, PRIMARY KEY (kind, name));
CREATE INDEX listing_names_id ON listing_names (kind, id);
-- what crawlers noted; forgotten after a while
CREATE TABLE listing_logs (id TEXT COLLATE "C" PRIMARY KEY, message TEXT NOT NULL, entity TEXT COLLATE "C" NOT NULL, created BIGINT NOT NULL, updated BIGINT NOT NULL);
CREATE INDEX listing_logs_created ON listing_logs (created, id);
CREATE INDEX listing_logs_entity ON listing_logs (entity, created, id);
-- webhooks in the form of that API tell of one kind, or of one listing
ALTER TABLE webhooks ADD COLUMN form TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN about TEXT NOT NULL DEFAULT '';
