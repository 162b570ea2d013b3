-- +goose Up
-- boards of goods to look at: those who work on one, its cards, and what happened to each
CREATE TABLE boards (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE board_people (board TEXT NOT NULL REFERENCES boards (id), person TEXT NOT NULL, leads INTEGER NOT NULL, PRIMARY KEY (board, person)) STRICT, WITHOUT ROWID;
CREATE INDEX board_people_person ON board_people (person);
CREATE TABLE cards (id TEXT PRIMARY KEY, board TEXT NOT NULL REFERENCES boards (id), good TEXT NOT NULL, remind TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX cards_board ON cards (board, id);
CREATE INDEX cards_good ON cards (good);
CREATE INDEX cards_remind ON cards (remind);
CREATE TABLE card_events (id TEXT PRIMARY KEY, card TEXT NOT NULL REFERENCES cards (id), n INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX card_events_card ON card_events (card, n);
