-- +goose Up
-- open calls: who may run them, what they ask, what was entered, who scores it and how
CREATE TABLE call_partners (id TEXT COLLATE "C" PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE calls (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, partner TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, opens BIGINT NOT NULL, closes BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX calls_partner ON calls (partner);
CREATE INDEX calls_state ON calls (state);
CREATE TABLE call_entries (
  id TEXT COLLATE "C" PRIMARY KEY, call TEXT COLLATE "C" NOT NULL REFERENCES calls (id), person TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL, application TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL
);
CREATE INDEX call_entries_call ON call_entries (call, id);
CREATE INDEX call_entries_person ON call_entries (person);
CREATE INDEX call_entries_application ON call_entries (application);
CREATE TABLE call_jurors (call TEXT COLLATE "C" NOT NULL REFERENCES calls (id), juror TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, PRIMARY KEY (call, juror));
CREATE INDEX call_jurors_person ON call_jurors (person);
CREATE TABLE call_scores (
  entry TEXT COLLATE "C" NOT NULL REFERENCES call_entries (id), stage BIGINT NOT NULL, juror TEXT COLLATE "C" NOT NULL, call TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (entry, stage, juror)
);
CREATE INDEX call_scores_call ON call_scores (call);
CREATE INDEX call_scores_person ON call_scores (person);
