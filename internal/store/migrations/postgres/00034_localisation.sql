-- +goose Up
-- what people translate of goods, the words of each good, how much of it speaks which language, and its own name in other languages
CREATE TABLE l10n_tasks (id TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL, language TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, opener TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX l10n_tasks_good ON l10n_tasks (good, id);
CREATE INDEX l10n_tasks_language ON l10n_tasks (language, id);
CREATE INDEX l10n_tasks_opener ON l10n_tasks (opener, state);
CREATE TABLE l10n_units (task TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (task, n));
CREATE TABLE l10n_terms (id TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL, same TEXT COLLATE "C" NOT NULL UNIQUE, doc TEXT NOT NULL);
CREATE INDEX l10n_terms_good ON l10n_terms (good, same);
CREATE TABLE l10n_coverage (good TEXT COLLATE "C" PRIMARY KEY, doc TEXT NOT NULL);
CREATE TABLE l10n_texts (good TEXT COLLATE "C" NOT NULL, language TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (good, language));
