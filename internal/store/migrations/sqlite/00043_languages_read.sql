-- +goose Up
-- the goods in whose repositories a machine reads how much speaks which language, and what it saw there
CREATE TABLE l10n_looks (
  good TEXT PRIMARY KEY,
  host TEXT NOT NULL, -- that is asked
  due INTEGER NOT NULL, -- when it is read next; 0: it is read no more
  began INTEGER NOT NULL, -- since when somebody reads; 0: nobody does
  looked INTEGER NOT NULL, -- when it was read last
  revision TEXT NOT NULL, -- the commit that was read then
  failed INTEGER NOT NULL, -- when the last reading failed; 0: it did not
  failure TEXT NOT NULL, -- JSON: the sentence that says why
  doc TEXT NOT NULL -- what the journal says of it; empty before the first
) STRICT;
CREATE INDEX l10n_looks_due ON l10n_looks (began, due);
