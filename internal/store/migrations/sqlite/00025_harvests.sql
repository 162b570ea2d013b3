-- +goose Up
-- sources that are read by themselves: doc is public, progress is where a run stands
CREATE TABLE harvests (
  source TEXT PRIMARY KEY, doc TEXT NOT NULL, version INTEGER NOT NULL, paused INTEGER NOT NULL, due INTEGER NOT NULL,
  step INTEGER NOT NULL, progress TEXT NOT NULL, holder TEXT NOT NULL, held INTEGER NOT NULL
) STRICT;
CREATE INDEX harvests_due ON harvests (due) WHERE due > 0;
CREATE TABLE harvest_runs (source TEXT NOT NULL, n INTEGER NOT NULL, ended INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (source, n)) STRICT;
CREATE TABLE harvest_faults (source TEXT NOT NULL, run INTEGER NOT NULL, n INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (source, run, n)) STRICT, WITHOUT ROWID;
-- what was seen of each record last: mark stands for what it said, pass for the reading that saw it
CREATE TABLE harvested (
  source TEXT NOT NULL, foreign_id TEXT NOT NULL, mark TEXT NOT NULL, pass INTEGER NOT NULL, page INTEGER NOT NULL, gone INTEGER NOT NULL, PRIMARY KEY (source, foreign_id)
) STRICT, WITHOUT ROWID;
