-- +goose Up
-- communities of practice: what each is for, who belongs to it, which goods it is about, when it meets, what happened to it
CREATE TABLE communities (id TEXT COLLATE "C" PRIMARY KEY, slug TEXT COLLATE "C" NOT NULL UNIQUE, founder TEXT COLLATE "C" NOT NULL, created BIGINT NOT NULL, hidden BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX communities_founder ON communities (founder, created);
CREATE TABLE community_members (community TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, body TEXT COLLATE "C" NOT NULL, keeper BIGINT NOT NULL, named BIGINT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (community, person, body));
CREATE INDEX community_members_person ON community_members (person);
CREATE TABLE community_goods (good TEXT COLLATE "C" NOT NULL, community TEXT COLLATE "C" NOT NULL, PRIMARY KEY (good, community));
CREATE INDEX community_goods_community ON community_goods (community);
CREATE TABLE community_meetings (id TEXT COLLATE "C" PRIMARY KEY, community TEXT COLLATE "C" NOT NULL, start BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX community_meetings_start ON community_meetings (community, start, id);
CREATE TABLE community_events (community TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (community, n));
