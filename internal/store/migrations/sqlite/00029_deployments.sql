-- +goose Up
-- deployments: goods in use, as one side says and the other confirms; contacts are private
CREATE TABLE deployments (id TEXT PRIMARY KEY, good TEXT NOT NULL, country TEXT NOT NULL, organisation TEXT NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL, due INTEGER NOT NULL, same TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX deployments_good ON deployments (good, id);
CREATE INDEX deployments_country ON deployments (country, id);
CREATE INDEX deployments_organisation ON deployments (organisation, id);
CREATE INDEX deployments_stage ON deployments (stage, id);
CREATE INDEX deployments_state ON deployments (state, id);
CREATE INDEX deployments_due ON deployments (due) WHERE due > 0;
-- how many there are of each stage and state: in all, of a country, of a good, of a good in a country
CREATE TABLE deployment_tallies (scope TEXT NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (scope, stage, state)) STRICT;
CREATE TABLE deployment_contacts (deployment TEXT NOT NULL, role TEXT NOT NULL, address TEXT NOT NULL, PRIMARY KEY (deployment, role, address)) STRICT;
CREATE INDEX deployment_contacts_address ON deployment_contacts (address);
