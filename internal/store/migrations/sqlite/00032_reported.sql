-- +goose Up
-- the programme that pays for a deployment (address of its name), and the year since when it is in use; '' where nobody said
ALTER TABLE deployments ADD COLUMN programme TEXT NOT NULL DEFAULT '';
ALTER TABLE deployments ADD COLUMN since TEXT NOT NULL DEFAULT '';
UPDATE deployments SET programme = lower(replace(COALESCE(json_extract(doc, '$.programme'), ''), ' ', '-')), since = substr(COALESCE(json_extract(doc, '$.since'), ''), 1, 4);
CREATE INDEX deployments_programme ON deployments (programme, id);
CREATE INDEX deployments_since ON deployments (since, id);
-- how many began in a year, in all and in a country
INSERT INTO deployment_tallies (scope, stage, state, n) SELECT '@' || since, stage, state, count(*) FROM deployments WHERE since <> '' GROUP BY since, stage, state;
INSERT INTO deployment_tallies (scope, stage, state, n) SELECT country || '@' || since, stage, state, count(*) FROM deployments WHERE since <> '' GROUP BY country, since, stage, state;
