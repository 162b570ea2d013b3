-- +goose Up
-- private: what is on its way to a decision; doc is the whole, the columns are what it is found by
CREATE TABLE applications (
  id TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, standard TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL, state TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL,
  opened BIGINT NOT NULL, submitted BIGINT NOT NULL, deadline BIGINT NOT NULL, ended BIGINT NOT NULL, version BIGINT NOT NULL, doc TEXT NOT NULL
);
CREATE INDEX applications_queue ON applications (state, since, id, kind, deadline, submitted);
CREATE INDEX applications_good ON applications (good, id);
-- of what a good is applied for, one goes its way at a time; challenges apart
CREATE UNIQUE INDEX applications_one ON applications (good) WHERE good <> '' AND submitted > 0 AND ended = 0 AND kind <> 'challenge';
CREATE TABLE application_people (
  application TEXT COLLATE "C" NOT NULL REFERENCES applications (id), part TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, since BIGINT NOT NULL, done BIGINT NOT NULL,
  PRIMARY KEY (application, part, person)
);
CREATE INDEX application_people_person ON application_people (person, part, done, application);
CREATE TABLE answers (
  application TEXT COLLATE "C" NOT NULL REFERENCES applications (id), question TEXT COLLATE "C" NOT NULL, version BIGINT NOT NULL, person TEXT COLLATE "C" NOT NULL, time BIGINT NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (application, question)
);
CREATE TABLE suggestions (
  id TEXT COLLATE "C" PRIMARY KEY, application TEXT COLLATE "C" NOT NULL REFERENCES applications (id), question TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, time BIGINT NOT NULL,
  base BIGINT NOT NULL, doc TEXT NOT NULL, reason TEXT NOT NULL, settled BIGINT NOT NULL, settlement TEXT NOT NULL
);
CREATE INDEX suggestions_application ON suggestions (application, id);
CREATE TABLE verdicts (
  application TEXT COLLATE "C" NOT NULL REFERENCES applications (id), round BIGINT NOT NULL, person TEXT COLLATE "C" NOT NULL, indicator TEXT COLLATE "C" NOT NULL, verdict TEXT NOT NULL,
  reason TEXT NOT NULL, version BIGINT NOT NULL, time BIGINT NOT NULL, PRIMARY KEY (application, round, person, indicator)
);
-- what reviewers note among themselves, apart from what the public will read
CREATE TABLE review_notes (
  id TEXT COLLATE "C" PRIMARY KEY, application TEXT COLLATE "C" NOT NULL REFERENCES applications (id), indicator TEXT COLLATE "C" NOT NULL, person TEXT COLLATE "C" NOT NULL, time BIGINT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX review_notes_application ON review_notes (application, id);
CREATE TABLE conflicts (
  id TEXT COLLATE "C" PRIMARY KEY, person TEXT COLLATE "C" NOT NULL, other TEXT COLLATE "C" NOT NULL, good TEXT COLLATE "C" NOT NULL, organisation TEXT COLLATE "C" NOT NULL, reason TEXT NOT NULL, time BIGINT NOT NULL
);
CREATE INDEX conflicts_person ON conflicts (person, id);
CREATE INDEX conflicts_other ON conflicts (other) WHERE other <> '';
CREATE TABLE reviewers (person TEXT COLLATE "C" PRIMARY KEY, version BIGINT NOT NULL, doc TEXT NOT NULL);
-- who challenged, where that is known: for two roles alone
CREATE TABLE challenge_reporters (
  application TEXT COLLATE "C" PRIMARY KEY REFERENCES applications (id), person TEXT COLLATE "C" NOT NULL, name TEXT NOT NULL, contact TEXT NOT NULL, time BIGINT NOT NULL
);
CREATE INDEX challenge_reporters_person ON challenge_reporters (person) WHERE person <> '';
-- public: what the journal tells of each application
CREATE TABLE application_records (
  application TEXT COLLATE "C" PRIMARY KEY, good TEXT COLLATE "C" NOT NULL, submitted BIGINT NOT NULL, doc TEXT NOT NULL
);
CREATE INDEX application_records_good ON application_records (good, submitted);
-- how long each state lasted, in hours: counts by hour
CREATE TABLE state_times (kind TEXT COLLATE "C" NOT NULL, month TEXT COLLATE "C" NOT NULL, state TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, month, state));
CREATE TABLE due (
  subject TEXT COLLATE "C" NOT NULL, key TEXT COLLATE "C" NOT NULL, kind TEXT COLLATE "C" NOT NULL, at BIGINT NOT NULL, days BIGINT NOT NULL, PRIMARY KEY (subject, key)
);
CREATE INDEX due_at ON due (at);
CREATE TABLE announcements (id TEXT COLLATE "C" PRIMARY KEY, time BIGINT NOT NULL, person TEXT COLLATE "C" NOT NULL, doc TEXT NOT NULL);
CREATE TABLE assessment_settings (version BIGINT PRIMARY KEY, time BIGINT NOT NULL, role TEXT NOT NULL, pseudonym TEXT NOT NULL, reason TEXT NOT NULL, doc TEXT NOT NULL);
