-- +goose Up
-- when a good last changed, in milliseconds: who harvests what changed since is not to walk through all
ALTER TABLE goods ADD COLUMN changed BIGINT NOT NULL DEFAULT 0;
UPDATE goods SET changed = floor(extract(epoch FROM (doc::jsonb ->> 'updated')::timestamptz) * 1000)::bigint;
CREATE INDEX goods_changed ON goods (changed, id);
