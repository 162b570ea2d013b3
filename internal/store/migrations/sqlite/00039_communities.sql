-- +goose Up
-- communities of practice: what each is for, who belongs to it, which goods it is about, when it meets, what happened to it
CREATE TABLE communities (id TEXT PRIMARY KEY, slug TEXT NOT NULL UNIQUE, founder TEXT NOT NULL, created INTEGER NOT NULL, hidden INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX communities_founder ON communities (founder, created);
CREATE TABLE community_members (community TEXT NOT NULL, person TEXT NOT NULL, body TEXT NOT NULL, keeper INTEGER NOT NULL, named INTEGER NOT NULL, since INTEGER NOT NULL, PRIMARY KEY (community, person, body)) STRICT;
CREATE INDEX community_members_person ON community_members (person);
CREATE TABLE community_goods (good TEXT NOT NULL, community TEXT NOT NULL, PRIMARY KEY (good, community)) STRICT;
CREATE INDEX community_goods_community ON community_goods (community);
CREATE TABLE community_meetings (id TEXT PRIMARY KEY, community TEXT NOT NULL, start INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE INDEX community_meetings_start ON community_meetings (community, start, id);
CREATE TABLE community_events (community TEXT NOT NULL, n INTEGER NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (community, n)) STRICT;
