-- +goose Up
-- what is listed through the publiccode catalogue API, and what was made of goods for it; private is never served to all
CREATE TABLE listings (
  kind TEXT NOT NULL, id TEXT NOT NULL, catalog TEXT NOT NULL, active INTEGER NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, version INTEGER NOT NULL,
  good TEXT NOT NULL, posted INTEGER NOT NULL, doc BLOB NOT NULL, analysis TEXT NOT NULL, private TEXT NOT NULL, PRIMARY KEY (kind, id)
) STRICT;
CREATE INDEX listings_created ON listings (kind, created, id);
CREATE INDEX listings_catalog ON listings (catalog, kind, created, id);
CREATE INDEX listings_good ON listings (good);
CREATE TABLE listing_names (kind TEXT NOT NULL, name TEXT NOT NULL, id TEXT NOT NULL, PRIMARY KEY (kind, name)) STRICT, WITHOUT ROWID;
CREATE INDEX listing_names_id ON listing_names (kind, id);
-- what crawlers noted; forgotten after a while
CREATE TABLE listing_logs (id TEXT PRIMARY KEY, message TEXT NOT NULL, entity TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL) STRICT;
CREATE INDEX listing_logs_created ON listing_logs (created, id);
CREATE INDEX listing_logs_entity ON listing_logs (entity, created, id);
-- webhooks in the form of that API tell of one kind, or of one listing
ALTER TABLE webhooks ADD COLUMN form TEXT NOT NULL DEFAULT '';
ALTER TABLE webhooks ADD COLUMN about TEXT NOT NULL DEFAULT '';
