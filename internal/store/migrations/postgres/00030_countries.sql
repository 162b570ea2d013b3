-- +goose Up
-- countries: what a country's team says of it
CREATE TABLE countries (id TEXT COLLATE "C" PRIMARY KEY, code TEXT COLLATE "C" NOT NULL UNIQUE, version BIGINT NOT NULL, doc TEXT NOT NULL);
-- what is confirmed to be in use in a country: deployments by good and by organisation, goods by SDG and by sector
CREATE TABLE country_uses (country TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, value TEXT COLLATE "C" NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (country, kind, value));
CREATE INDEX country_uses_most ON country_uses (country, kind, n);
CREATE INDEX country_uses_value ON country_uses (value, kind);
-- by which SDGs and sectors a good in use is counted
CREATE TABLE used_goods (good TEXT COLLATE "C" PRIMARY KEY, topics TEXT NOT NULL);
INSERT INTO country_uses (country, kind, value, n) SELECT country, 'good', good, count(*) FROM deployments WHERE state = 'confirmed' AND stage <> 'retired' GROUP BY country, good;
INSERT INTO country_uses (country, kind, value, n) SELECT country, 'organisation', organisation, count(*) FROM deployments WHERE state = 'confirmed' AND stage <> 'retired' GROUP BY country, organisation;
INSERT INTO used_goods (good, topics) SELECT g.id, (SELECT coalesce(json_agg(s.topic ORDER BY s.topic), '[]')::text FROM (
  SELECT 'sdg/' || (t.value ->> 'sdg') COLLATE "C" AS topic FROM jsonb_array_elements(CASE WHEN jsonb_typeof(g.doc::jsonb -> 'goals') = 'array' THEN g.doc::jsonb -> 'goals' ELSE '[]' END) t
  UNION SELECT 'sector/' || t.value FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(g.doc::jsonb -> 'sectors') = 'array' THEN g.doc::jsonb -> 'sectors' ELSE '[]' END) t) s)
  FROM goods g WHERE g.id IN (SELECT value FROM country_uses WHERE kind = 'good');
INSERT INTO country_uses (country, kind, value, n) SELECT u.country, split_part(t.value, '/', 1), substr(t.value, position('/' in t.value) + 1), count(*)
  FROM country_uses u JOIN used_goods g ON g.good = u.value, json_array_elements_text(g.topics::json) t WHERE u.kind = 'good' GROUP BY 1, 2, 3;
INSERT INTO country_uses (country, kind, value, n) SELECT country, 'total', kind, count(*) FROM country_uses WHERE kind IN ('good', 'organisation') GROUP BY country, kind;
