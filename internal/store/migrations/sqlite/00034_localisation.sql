-- +goose Up
-- what people translate of goods, the words of each good, how much of it speaks which language, and its own name in other languages
CREATE TABLE l10n_tasks (id TEXT PRIMARY KEY, good TEXT NOT NULL, language TEXT NOT NULL, state TEXT NOT NULL, opener TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX l10n_tasks_good ON l10n_tasks (good, id);
CREATE INDEX l10n_tasks_language ON l10n_tasks (language, id);
CREATE INDEX l10n_tasks_opener ON l10n_tasks (opener, state);
CREATE TABLE l10n_units (task TEXT NOT NULL, n INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (task, n)) STRICT;
CREATE TABLE l10n_terms (id TEXT PRIMARY KEY, good TEXT NOT NULL, same TEXT NOT NULL UNIQUE, doc TEXT NOT NULL) STRICT;
CREATE INDEX l10n_terms_good ON l10n_terms (good, same);
CREATE TABLE l10n_coverage (good TEXT PRIMARY KEY, doc TEXT NOT NULL) STRICT;
CREATE TABLE l10n_texts (good TEXT NOT NULL, language TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (good, language)) STRICT;
