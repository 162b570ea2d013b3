-- +goose Up
-- What is looked at again after it was recognised, and when.
CREATE TABLE watched (
  good TEXT PRIMARY KEY REFERENCES goods (id),
  host TEXT NOT NULL DEFAULT '', -- that is asked first
  due BIGINT NOT NULL DEFAULT 0, -- when it is looked at next; 0: it is not watched
  whole BIGINT NOT NULL DEFAULT 0, -- when all of it is
  began BIGINT NOT NULL DEFAULT 0, -- since when somebody looks; 0: nobody does
  looked BIGINT NOT NULL DEFAULT 0, -- when something was seen last
  read BIGINT NOT NULL DEFAULT 0, -- when all of it was
  told BIGINT NOT NULL DEFAULT 0, -- the entry of the journal that says so
  failed BIGINT NOT NULL DEFAULT 0, -- when the last look failed; 0: it did not
  failure TEXT NOT NULL DEFAULT '', -- JSON: the sentence that says why
  doc TEXT NOT NULL DEFAULT '' -- JSON: what is kept from one look to the next
);
CREATE INDEX watched_due ON watched (began, due);
CREATE INDEX watched_looked ON watched (looked);
CREATE INDEX watched_failed ON watched (failed);
-- What counts as changed; doc is public, and told by the journal.
CREATE TABLE signs (
  id TEXT PRIMARY KEY,
  good TEXT NOT NULL REFERENCES goods (id),
  noticed BIGINT NOT NULL,
  stayed BIGINT NOT NULL DEFAULT 0, -- since when it is a case; 0: it is none
  ended BIGINT NOT NULL DEFAULT 0, -- 0: it stands
  written BIGINT NOT NULL DEFAULT 0, -- when its owners were written to last
  doc TEXT NOT NULL
);
CREATE INDEX signs_good ON signs (good, noticed);
CREATE INDEX signs_open ON signs (ended, stayed, noticed);
