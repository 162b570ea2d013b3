-- +goose Up
-- Goods that may be one, as a program found them, and what people decided. one is the lower id.
CREATE TABLE pairs (
  id TEXT PRIMARY KEY, one TEXT NOT NULL REFERENCES goods (id), other TEXT NOT NULL REFERENCES goods (id),
  score INTEGER NOT NULL, sure INTEGER NOT NULL, reasons TEXT NOT NULL, found INTEGER NOT NULL,
  state TEXT NOT NULL, -- open, merged or apart
  decided INTEGER NOT NULL, -- 0: nobody did
  role TEXT NOT NULL, -- of who did
  judged INTEGER NOT NULL, -- 1: a person decided about it once; no program does again
  UNIQUE (one, other)
) STRICT;
CREATE INDEX pairs_state ON pairs (state, score DESC, id);
CREATE INDEX pairs_decided ON pairs (decided DESC, id) WHERE decided > 0;
CREATE INDEX pairs_other ON pairs (other);
-- What moved when two goods became one, to bring both back.
CREATE TABLE merges (
  good TEXT PRIMARY KEY REFERENCES goods (id), moved TEXT NOT NULL
) STRICT;
