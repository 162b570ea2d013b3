-- +goose Up
-- Fields that a person corrected and of which the sources say something else since; they follow from the records.
CREATE TABLE clashes (
  good TEXT NOT NULL REFERENCES goods (id), field TEXT NOT NULL, source TEXT NOT NULL, -- of who says something else now
  since INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (good, field)
) STRICT, WITHOUT ROWID;
CREATE INDEX clashes_since ON clashes (since, good, field);
