-- +goose Up
-- support: offers and requests, owner is an organisation or, private, a person; conversations and what they say are private
CREATE TABLE support_things (id TEXT PRIMARY KEY, face TEXT NOT NULL, owner TEXT NOT NULL, public INTEGER NOT NULL, state TEXT NOT NULL, opened INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX support_things_face ON support_things (face, public, state, id);
CREATE INDEX support_things_owner ON support_things (owner, id);
CREATE TABLE support_terms (term TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (term, thing)) STRICT, WITHOUT ROWID;
CREATE INDEX support_terms_thing ON support_terms (thing);
CREATE TABLE support_talks (id TEXT PRIMARY KEY, request TEXT NOT NULL, offer TEXT NOT NULL, step TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL, UNIQUE (request, offer)) STRICT;
CREATE INDEX support_talks_offer ON support_talks (offer, step, id);
CREATE TABLE support_notes (id TEXT PRIMARY KEY, talk TEXT NOT NULL, person TEXT NOT NULL, made INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX support_notes_talk ON support_notes (talk, id);
CREATE INDEX support_notes_person ON support_notes (person, made);
CREATE TABLE support_references (id TEXT PRIMARY KEY, offer TEXT NOT NULL, body TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX support_references_offer ON support_references (offer, id);
CREATE INDEX support_references_body ON support_references (body, id);
CREATE TABLE support_reports (offer TEXT NOT NULL, person TEXT NOT NULL, made INTEGER NOT NULL, reason TEXT NOT NULL, PRIMARY KEY (offer, person)) STRICT;
CREATE INDEX support_reports_person ON support_reports (person);
-- how far operators and companies reach, and what they agreed with goods
CREATE TABLE support_reach (body TEXT PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
