-- +goose Up
-- sources that are read by themselves: doc is public, progress is where a run stands
CREATE TABLE harvests (
  source TEXT COLLATE "C" PRIMARY KEY, doc TEXT NOT NULL, version BIGINT NOT NULL, paused BIGINT NOT NULL, due BIGINT NOT NULL,
  step BIGINT NOT NULL, progress TEXT NOT NULL, holder TEXT NOT NULL, held BIGINT NOT NULL
);
CREATE INDEX harvests_due ON harvests (due) WHERE due > 0;
CREATE TABLE harvest_runs (source TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, ended BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (source, n));
CREATE TABLE harvest_faults (source TEXT COLLATE "C" NOT NULL, run BIGINT NOT NULL, n BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (source, run, n));
-- what was seen of each record last: mark stands for what it said, pass for the reading that saw it
CREATE TABLE harvested (
  source TEXT COLLATE "C" NOT NULL, foreign_id TEXT COLLATE "C" NOT NULL, mark TEXT NOT NULL, pass BIGINT NOT NULL, page BIGINT NOT NULL, gone BIGINT NOT NULL, PRIMARY KEY (source, foreign_id)
);
