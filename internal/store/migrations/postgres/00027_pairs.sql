-- +goose Up
-- Goods that may be one, as a program found them, and what people decided. one is the lower id.
CREATE TABLE pairs (
  id TEXT COLLATE "C" PRIMARY KEY, one TEXT COLLATE "C" NOT NULL REFERENCES goods (id), other TEXT COLLATE "C" NOT NULL REFERENCES goods (id),
  score BIGINT NOT NULL, sure BIGINT NOT NULL, reasons TEXT NOT NULL, found BIGINT NOT NULL,
  state TEXT COLLATE "C" NOT NULL, -- open, merged or apart
  decided BIGINT NOT NULL, -- 0: nobody did
  role TEXT NOT NULL, -- of who did
  judged BIGINT NOT NULL, -- 1: a person decided about it once; no program does again
  UNIQUE (one, other)
);
CREATE INDEX pairs_state ON pairs (state, score DESC, id);
CREATE INDEX pairs_decided ON pairs (decided DESC, id) WHERE decided > 0;
CREATE INDEX pairs_other ON pairs (other);
-- What moved when two goods became one, to bring both back.
CREATE TABLE merges (
  good TEXT COLLATE "C" PRIMARY KEY REFERENCES goods (id), moved TEXT NOT NULL
);
