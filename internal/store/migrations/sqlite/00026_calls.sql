-- +goose Up
-- open calls: who may run them, what they ask, what was entered, who scores it and how
CREATE TABLE call_partners (id TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
CREATE TABLE calls (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, partner TEXT NOT NULL, state TEXT NOT NULL, opens INTEGER NOT NULL, closes INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX calls_partner ON calls (partner);
CREATE INDEX calls_state ON calls (state);
CREATE TABLE call_entries (
  id TEXT PRIMARY KEY, call TEXT NOT NULL REFERENCES calls (id), person TEXT NOT NULL, good TEXT NOT NULL, application TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX call_entries_call ON call_entries (call, id);
CREATE INDEX call_entries_person ON call_entries (person);
CREATE INDEX call_entries_application ON call_entries (application);
CREATE TABLE call_jurors (call TEXT NOT NULL REFERENCES calls (id), juror TEXT NOT NULL, person TEXT NOT NULL, PRIMARY KEY (call, juror)) STRICT, WITHOUT ROWID;
CREATE INDEX call_jurors_person ON call_jurors (person);
CREATE TABLE call_scores (
  entry TEXT NOT NULL REFERENCES call_entries (id), stage INTEGER NOT NULL, juror TEXT NOT NULL, call TEXT NOT NULL, person TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (entry, stage, juror)
) STRICT, WITHOUT ROWID;
CREATE INDEX call_scores_call ON call_scores (call);
CREATE INDEX call_scores_person ON call_scores (person);
