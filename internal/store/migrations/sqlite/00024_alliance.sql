-- +goose Up
-- the alliance: who belongs to it, what each committed, and who asks to join; email is private
CREATE TABLE alliance_members (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, body TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX alliance_members_body ON alliance_members (body);
CREATE TABLE commitments (id TEXT PRIMARY KEY, member TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX commitments_member ON commitments (member, id);
CREATE TABLE joinings (id TEXT PRIMARY KEY, open INTEGER NOT NULL, created INTEGER NOT NULL, email TEXT NOT NULL, person TEXT NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX joinings_open ON joinings (open, id);
CREATE INDEX joinings_email ON joinings (email);
CREATE INDEX joinings_person ON joinings (person);
