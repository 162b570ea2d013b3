-- +goose Up
-- private: what is on its way to a decision; doc is the whole, the columns are what it is found by
CREATE TABLE applications (
  id TEXT PRIMARY KEY, good TEXT NOT NULL, kind TEXT NOT NULL, standard TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL, since INTEGER NOT NULL,
  opened INTEGER NOT NULL, submitted INTEGER NOT NULL, deadline INTEGER NOT NULL, ended INTEGER NOT NULL, version INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX applications_queue ON applications (state, since, id, kind, deadline, submitted);
CREATE INDEX applications_good ON applications (good, id);
-- of what a good is applied for, one goes its way at a time; challenges apart
CREATE UNIQUE INDEX applications_one ON applications (good) WHERE good <> '' AND submitted > 0 AND ended = 0 AND kind <> 'challenge';
CREATE TABLE application_people (
  application TEXT NOT NULL REFERENCES applications (id), part TEXT NOT NULL, person TEXT NOT NULL, since INTEGER NOT NULL, done INTEGER NOT NULL,
  PRIMARY KEY (application, part, person)
) STRICT, WITHOUT ROWID;
CREATE INDEX application_people_person ON application_people (person, part, done, application);
CREATE TABLE answers (
  application TEXT NOT NULL REFERENCES applications (id), question TEXT NOT NULL, version INTEGER NOT NULL, person TEXT NOT NULL, time INTEGER NOT NULL, doc TEXT NOT NULL,
  PRIMARY KEY (application, question)
) STRICT;
CREATE TABLE suggestions (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES applications (id), question TEXT NOT NULL, person TEXT NOT NULL, time INTEGER NOT NULL,
  base INTEGER NOT NULL, doc TEXT NOT NULL, reason TEXT NOT NULL, settled INTEGER NOT NULL, settlement TEXT NOT NULL
) STRICT;
CREATE INDEX suggestions_application ON suggestions (application, id);
CREATE TABLE verdicts (
  application TEXT NOT NULL REFERENCES applications (id), round INTEGER NOT NULL, person TEXT NOT NULL, indicator TEXT NOT NULL, verdict TEXT NOT NULL,
  reason TEXT NOT NULL, version INTEGER NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (application, round, person, indicator)
) STRICT;
-- what reviewers note among themselves, apart from what the public will read
CREATE TABLE review_notes (
  id TEXT PRIMARY KEY, application TEXT NOT NULL REFERENCES applications (id), indicator TEXT NOT NULL, person TEXT NOT NULL, time INTEGER NOT NULL, text TEXT NOT NULL
) STRICT;
CREATE INDEX review_notes_application ON review_notes (application, id);
CREATE TABLE conflicts (
  id TEXT PRIMARY KEY, person TEXT NOT NULL, other TEXT NOT NULL, good TEXT NOT NULL, organisation TEXT NOT NULL, reason TEXT NOT NULL, time INTEGER NOT NULL
) STRICT;
CREATE INDEX conflicts_person ON conflicts (person, id);
CREATE INDEX conflicts_other ON conflicts (other) WHERE other <> '';
CREATE TABLE reviewers (person TEXT PRIMARY KEY, version INTEGER NOT NULL, doc TEXT NOT NULL) STRICT;
-- who challenged, where that is known: for two roles alone
CREATE TABLE challenge_reporters (
  application TEXT PRIMARY KEY REFERENCES applications (id), person TEXT NOT NULL, name TEXT NOT NULL, contact TEXT NOT NULL, time INTEGER NOT NULL
) STRICT;
CREATE INDEX challenge_reporters_person ON challenge_reporters (person) WHERE person <> '';
-- public: what the journal tells of each application
CREATE TABLE application_records (
  application TEXT PRIMARY KEY, good TEXT NOT NULL, submitted INTEGER NOT NULL, doc TEXT NOT NULL
) STRICT;
CREATE INDEX application_records_good ON application_records (good, submitted);
-- how long each state lasted, in hours: counts by hour
CREATE TABLE state_times (kind TEXT NOT NULL, month TEXT NOT NULL, state TEXT NOT NULL, doc TEXT NOT NULL, PRIMARY KEY (kind, month, state)) STRICT;
CREATE TABLE due (
  subject TEXT NOT NULL, key TEXT NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL, days INTEGER NOT NULL, PRIMARY KEY (subject, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX due_at ON due (at);
CREATE TABLE announcements (id TEXT PRIMARY KEY, time INTEGER NOT NULL, person TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
CREATE TABLE assessment_settings (version INTEGER PRIMARY KEY, time INTEGER NOT NULL, role TEXT NOT NULL, pseudonym TEXT NOT NULL, reason TEXT NOT NULL, doc TEXT NOT NULL) STRICT;
