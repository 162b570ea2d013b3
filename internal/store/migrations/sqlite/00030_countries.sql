-- +goose Up
-- countries: what a country's team says of it
CREATE TABLE countries (id TEXT PRIMARY KEY, code TEXT NOT NULL UNIQUE, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
-- what is confirmed to be in use in a country: deployments by good and by organisation, goods by SDG and by sector
CREATE TABLE country_uses (country TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL, n INTEGER NOT NULL, PRIMARY KEY (country, kind, value)) STRICT;
CREATE INDEX country_uses_most ON country_uses (country, kind, n);
CREATE INDEX country_uses_value ON country_uses (value, kind);
-- by which SDGs and sectors a good in use is counted
CREATE TABLE used_goods (good TEXT PRIMARY KEY, topics TEXT NOT NULL) STRICT;
INSERT INTO country_uses (country, kind, value, n) SELECT country, 'good', good, count(*) FROM deployments WHERE state = 'confirmed' AND stage <> 'retired' GROUP BY country, good;
INSERT INTO country_uses (country, kind, value, n) SELECT country, 'organisation', organisation, count(*) FROM deployments WHERE state = 'confirmed' AND stage <> 'retired' GROUP BY country, organisation;
INSERT INTO used_goods (good, topics) SELECT u.value, (SELECT json_group_array(s.topic) FROM (
  SELECT 'sdg/' || (t.value ->> '$.sdg') AS topic FROM json_each(g.doc, '$.goals') t UNION SELECT 'sector/' || t.value FROM json_each(g.doc, '$.sectors') t ORDER BY 1) s)
  FROM country_uses u JOIN goods g ON g.id = u.value WHERE u.kind = 'good' GROUP BY u.value;
INSERT INTO country_uses (country, kind, value, n) SELECT u.country, substr(t.value, 1, instr(t.value, '/') - 1), substr(t.value, instr(t.value, '/') + 1), count(*)
  FROM country_uses u JOIN used_goods g ON g.good = u.value, json_each(g.topics) t WHERE u.kind = 'good' GROUP BY 1, 2, 3;
INSERT INTO country_uses (country, kind, value, n) SELECT country, 'total', kind, count(*) FROM country_uses WHERE kind IN ('good', 'organisation') GROUP BY country, kind;
