-- +goose Up
-- support: offers and requests, owner is an organisation or, private, a person; conversations and what they say are private
CREATE TABLE support_things (id TEXT COLLATE "C" PRIMARY KEY, face TEXT COLLATE "C" NOT NULL, owner TEXT COLLATE "C" NOT NULL, public BIGINT NOT NULL, state TEXT COLLATE "C" NOT NULL, opened BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX support_things_face ON support_things (face, public, state, id);
CREATE INDEX support_things_owner ON support_things (owner, id);
CREATE TABLE support_terms (term TEXT COLLATE "C" NOT NULL, thing TEXT COLLATE "C" NOT NULL, PRIMARY KEY (term, thing));
CREATE INDEX support_terms_thing ON support_terms (thing);
CREATE TABLE support_talks (id TEXT COLLATE "C" PRIMARY KEY, request TEXT COLLATE "C" NOT NULL, offer TEXT COLLATE "C" NOT NULL, step TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL, UNIQUE (request, offer));
CREATE INDEX support_talks_offer ON support_talks (offer, step, id);
CREATE TABLE support_notes (id TEXT COLLATE "C" PRIMARY KEY, talk TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX support_notes_talk ON support_notes (talk, id);
CREATE INDEX support_notes_person ON support_notes (person, made);
CREATE TABLE support_references (id TEXT COLLATE "C" PRIMARY KEY, offer TEXT COLLATE "C" NOT NULL, body TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL);
CREATE INDEX support_references_offer ON support_references (offer, id);
CREATE INDEX support_references_body ON support_references (body, id);
CREATE TABLE support_reports (offer TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, made BIGINT NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (offer, person));
CREATE INDEX support_reports_person ON support_reports (person);
-- how far operators and companies reach, and what they agreed with goods
CREATE TABLE support_reach (body TEXT COLLATE "C" PRIMARY KEY, version BIGINT NOT NULL, doc TEXT NOT NULL);
