-- +goose Up
-- when a good last changed, in milliseconds: who harvests what changed since is not to walk through all
ALTER TABLE goods ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
UPDATE goods SET changed = CAST(unixepoch(json_extract(doc, '$.updated'), 'subsec') * 1000 AS INTEGER);
CREATE INDEX goods_changed ON goods (changed, id);
