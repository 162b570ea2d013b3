-- +goose Up
-- the goods in whose repositories a machine reads how much speaks which language, and what it saw there
CREATE TABLE l10n_looks (
  good TEXT COLLATE "C" PRIMARY KEY,
  host TEXT COLLATE "C" NOT NULL, -- that is asked
  due BIGINT NOT NULL, -- when it is read next; 0: it is read no more
  began BIGINT NOT NULL, -- since when somebody reads; 0: nobody does
  looked BIGINT NOT NULL, -- when it was read last
  revision TEXT COLLATE "C" NOT NULL, -- the commit that was read then
  failed BIGINT NOT NULL, -- when the last reading failed; 0: it did not
  failure TEXT NOT NULL, -- JSON: the sentence that says why
  doc TEXT NOT NULL -- what the journal says of it; empty before the first
);
CREATE INDEX l10n_looks_due ON l10n_looks (began, due);
