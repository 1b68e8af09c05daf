-- What events carry since journal layout 2, a row for every alarm, and incidents that take others in. One
-- column a statement: what is there already is passed over, so that a damaged schema is made whole by running
-- all migrations again.
ALTER TABLE incident_event ADD COLUMN impact TINYINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE incident_event ADD COLUMN quiet TINYINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE incident_event ADD COLUMN first_out TINYINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE incident_event ADD COLUMN members INT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE incident_event ADD COLUMN until_at DATETIME(6) NULL;
ALTER TABLE incident_event ADD COLUMN owner VARCHAR(256) NOT NULL DEFAULT '';

-- One alarm as its last event left it. severity is the worst that it had.
CREATE TABLE IF NOT EXISTS alarm (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  journal_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  incident_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  resource VARCHAR(127) NOT NULL,
  fault SMALLINT UNSIGNED NOT NULL,
  severity TINYINT UNSIGNED NOT NULL,
  cause_scope TINYINT UNSIGNED NOT NULL,
  impact TINYINT UNSIGNED NOT NULL,
  quiet TINYINT UNSIGNED NOT NULL,
  first_out TINYINT UNSIGNED NOT NULL,
  members INT UNSIGNED NOT NULL,
  text VARCHAR(2048) NOT NULL,
  raised_at DATETIME(6) NULL,
  cleared_at DATETIME(6) NULL,
  operator_state TINYINT UNSIGNED NOT NULL,
  until_at DATETIME(6) NULL,
  owner VARCHAR(256) NOT NULL,
  last_at DATETIME(6) NOT NULL,
  last_seq BIGINT UNSIGNED NOT NULL,
  alarm_seq INT UNSIGNED NOT NULL,
  KEY incident (incident_id),
  KEY raised (raised_at),
  KEY resource (resource, raised_at),
  KEY last (last_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

ALTER TABLE incident ADD KEY cleared (cleared_at);

-- The rows of alarms follow from the journal: it is read again, as far as it reaches.
DELETE FROM journal;
