-- +goose Up
-- ways in which goods are brought to run, who says so, and whether each still answers
CREATE TABLE recipes (id TEXT PRIMARY KEY, good TEXT NOT NULL, host TEXT NOT NULL, due INTEGER NOT NULL, edition INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX recipes_good ON recipes (good, id);
CREATE INDEX recipes_due ON recipes (host, due);
-- what bounds how many one person says, taken away again or not
CREATE INDEX journal_recipes ON journal (pseudonym, time) WHERE verb = 'recipe.stated';
