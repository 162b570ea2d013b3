-- +goose Up
-- Fields that a person corrected and of which the sources say something else since; they follow from the records.
CREATE TABLE clashes (
  good TEXT COLLATE "C" NOT NULL REFERENCES goods (id), field TEXT COLLATE "C" NOT NULL, source TEXT COLLATE "C" NOT NULL, -- of who says something else now
  since BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (good, field)
);
CREATE INDEX clashes_since ON clashes (since, good, field);
