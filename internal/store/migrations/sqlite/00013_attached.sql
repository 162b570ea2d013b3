-- +goose Up
-- the question of about that a file answers
ALTER TABLE attachments ADD COLUMN question TEXT NOT NULL DEFAULT '';
