-- +goose Up
-- whether other registries report a good as recognised and nobody here decided so
ALTER TABLE goods ADD COLUMN reported BIGINT NOT NULL DEFAULT 0;
UPDATE goods SET reported = 1 WHERE (doc LIKE '%"reported":true,"state":"recognised"%' OR doc LIKE '%"reported":true,"state":"renewal-due"%')
  AND doc NOT LIKE '%"reported":false,"state":"recognised"%' AND doc NOT LIKE '%"reported":false,"state":"renewal-due"%' AND doc NOT LIKE '%"tombstone":{%';
CREATE INDEX goods_reported ON goods (id) WHERE reported = 1;
CREATE INDEX contacts_email ON contacts (lower(email));
-- private: letters to who may own such goods; mark stands for the address, which goes when they want no letters
CREATE TABLE sought (
  id TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL REFERENCES goods (id), mark TEXT COLLATE "C" NOT NULL, address TEXT COLLATE "C" NOT NULL, origin TEXT COLLATE "C" NOT NULL, lang TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL,
  created BIGINT NOT NULL, due BIGINT NOT NULL, sent BIGINT NOT NULL, opened BIGINT NOT NULL, became TEXT COLLATE "C" NOT NULL, UNIQUE (good, mark)
);
CREATE INDEX sought_mark ON sought (mark, created);
CREATE INDEX sought_address ON sought (address) WHERE address <> '';
CREATE INDEX sought_waiting ON sought (due) WHERE sent = 0 AND became = '';
