-- +goose Up
-- boards of goods to look at: those who work on one, its cards, and what happened to each
CREATE TABLE boards (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE board_people (board TEXT COLLATE "C" NOT NULL REFERENCES boards (id), person TEXT COLLATE "C" NOT NULL, leads BIGINT NOT NULL, PRIMARY KEY (board, person));
CREATE INDEX board_people_person ON board_people (person);
CREATE TABLE cards (id TEXT COLLATE "C" PRIMARY KEY, board TEXT COLLATE "C" NOT NULL REFERENCES boards (id), good TEXT COLLATE "C" NOT NULL, remind TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX cards_board ON cards (board, id);
CREATE INDEX cards_good ON cards (good);
CREATE INDEX cards_remind ON cards (remind);
CREATE TABLE card_events (id TEXT COLLATE "C" PRIMARY KEY, card TEXT COLLATE "C" NOT NULL REFERENCES cards (id), n INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX card_events_card ON card_events (card, n);
