-- +goose Up
-- the alliance: who belongs to it, what each committed, and who asks to join; email is private
CREATE TABLE alliance_members (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, body TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX alliance_members_body ON alliance_members (body);
CREATE TABLE commitments (id TEXT COLLATE "C" PRIMARY KEY, member TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX commitments_member ON commitments (member, id);
CREATE TABLE joinings (id TEXT COLLATE "C" PRIMARY KEY, open BIGINT NOT NULL, created BIGINT NOT NULL, email TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX joinings_open ON joinings (open, id);
CREATE INDEX joinings_email ON joinings (email);
CREATE INDEX joinings_person ON joinings (person);
