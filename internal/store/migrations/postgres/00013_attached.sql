-- +goose Up
-- the question of about that a file answers
ALTER TABLE attachments ADD COLUMN question TEXT COLLATE "C" NOT NULL DEFAULT '';
