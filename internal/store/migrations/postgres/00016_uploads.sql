-- +goose Up
-- what one person has attached, over all they work on
CREATE INDEX attachments_person ON attachments (person, hash);
