-- +goose Up
-- deployments: goods in use, as one side says and the other confirms; contacts are private
CREATE TABLE deployments (id TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL, country TEXT COLLATE "C" NOT NULL, organisation TEXT COLLATE "C" NOT NULL, stage TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, due BIGINT NOT NULL, same TEXT COLLATE "C" NOT NULL UNIQUE, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX deployments_good ON deployments (good, id);
CREATE INDEX deployments_country ON deployments (country, id);
CREATE INDEX deployments_organisation ON deployments (organisation, id);
CREATE INDEX deployments_stage ON deployments (stage, id);
CREATE INDEX deployments_state ON deployments (state, id);
CREATE INDEX deployments_due ON deployments (due) WHERE due > 0;
-- how many there are of each stage and state: in all, of a country, of a good, of a good in a country
CREATE TABLE deployment_tallies (scope TEXT COLLATE "C" NOT NULL, stage TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (scope, stage, state));
CREATE TABLE deployment_contacts (deployment TEXT COLLATE "C" NOT NULL, role TEXT COLLATE "C" NOT NULL, address TEXT COLLATE "C" NOT NULL, PRIMARY KEY (deployment, role, address));
CREATE INDEX deployment_contacts_address ON deployment_contacts (address);
