-- +goose Up
-- who disputed: what they wrote is theirs to take, and goes with them
ALTER TABLE disputes ADD COLUMN person TEXT NOT NULL DEFAULT '';
UPDATE disputes SET person = COALESCE((SELECT min(p.person) FROM application_people p WHERE p.application = disputes.application AND p.part = 'owner'), '');
CREATE INDEX disputes_person ON disputes (person, application);
