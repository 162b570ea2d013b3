-- +goose Up
-- the lists of the desk are read in their order: by deadline, by age, and counted by state and kind
DROP INDEX applications_queue;
CREATE INDEX applications_line ON applications ((CASE WHEN deadline = 0 THEN 9223372036854775807 ELSE deadline END), id, state, kind, since, deadline);
CREATE INDEX applications_age ON applications (since, id, state, kind, deadline);
CREATE INDEX applications_board ON applications (state, kind, since, deadline);
CREATE INDEX application_people_last ON application_people (person, part, since);
-- nominations that look like spam are looked through apart
ALTER TABLE nominations ADD COLUMN rubbish INTEGER NOT NULL DEFAULT 0;
UPDATE nominations SET rubbish = 1 WHERE doubts LIKE '%"automatic"%' OR doubts LIKE '%"test-entry"%' OR doubts LIKE '%"gibberish"%' OR doubts LIKE '%"placeholder"%' OR doubts LIKE '%"advertising"%';
DROP INDEX nominations_open;
CREATE INDEX nominations_open ON nominations (id, rubbish) WHERE settled = 0;
-- names of people as they are searched for
ALTER TABLE persons ADD COLUMN folded TEXT NOT NULL DEFAULT '';
UPDATE persons SET folded = lower(COALESCE(json_extract(doc, '$.name'), ''));
