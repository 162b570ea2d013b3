-- +goose Up
-- A machine's look at an address, for an application or for who fills in a
-- nomination; private until somebody makes it public.
CREATE TABLE checks (
  id TEXT PRIMARY KEY,
  application TEXT NOT NULL DEFAULT '', -- '': for nobody's but who holds the id
  target TEXT NOT NULL,
  kinds TEXT NOT NULL DEFAULT '', -- one after the other, with commas
  state TEXT NOT NULL,
  step TEXT NOT NULL DEFAULT '', -- what it is at
  count BIGINT NOT NULL DEFAULT 0, -- how much of that is done
  created BIGINT NOT NULL,
  ended BIGINT NOT NULL DEFAULT 0,
  failure TEXT NOT NULL DEFAULT '', -- JSON: the sentence that says why there is no report
  report TEXT NOT NULL DEFAULT '' -- JSON
);
CREATE INDEX checks_application ON checks (application, id);
CREATE INDEX checks_ended ON checks (application, ended);
-- What an applicant holds against a finding.
CREATE TABLE disputes (
  application TEXT NOT NULL REFERENCES applications (id),
  probe TEXT NOT NULL,
  time BIGINT NOT NULL,
  reason TEXT NOT NULL,
  PRIMARY KEY (application, probe)
);
