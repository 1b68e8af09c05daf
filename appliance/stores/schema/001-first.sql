-- The first tables. Times are UTC, with microseconds. Numbers of kinds, faults, severities and
-- scopes are those of the program's lists, which are never reused.

-- A copy of the channels of the inventory, for joins.
CREATE TABLE IF NOT EXISTS channel (
  id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  input_id VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(256) NOT NULL,
  short_name VARCHAR(64) NOT NULL,
  group_name VARCHAR(256) NOT NULL,
  address VARCHAR(256) NOT NULL,
  interface VARCHAR(64) NOT NULL,
  service_id INT UNSIGNED NOT NULL,
  position INT UNSIGNED NOT NULL,
  updated_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- How far each journal has been taken. Written with the rows themselves, so that a database that
-- lost its last transactions is filled again from the journal.
CREATE TABLE IF NOT EXISTS journal (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  taken_seq BIGINT UNSIGNED NOT NULL,
  updated_at DATETIME(6) NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- One incident, summed up from its events: open while any of its alarms is.
CREATE TABLE IF NOT EXISTS incident (
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  journal_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  resource VARCHAR(127) NOT NULL,
  fault SMALLINT UNSIGNED NOT NULL,
  severity TINYINT UNSIGNED NOT NULL,
  cause_scope TINYINT UNSIGNED NOT NULL,
  text VARCHAR(2048) NOT NULL,
  raised_at DATETIME(6) NULL,
  cleared_at DATETIME(6) NULL,
  alarms INT UNSIGNED NOT NULL,
  open_alarms INT UNSIGNED NOT NULL,
  events INT UNSIGNED NOT NULL,
  last_seq BIGINT UNSIGNED NOT NULL,
  KEY raised (raised_at),
  KEY resource (resource, raised_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Every event of an alarm, as the journal has it.
CREATE TABLE IF NOT EXISTS incident_event (
  journal_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind SMALLINT UNSIGNED NOT NULL,
  boot_us BIGINT NOT NULL,
  at DATETIME(6) NOT NULL,
  clock_synced TINYINT UNSIGNED NOT NULL,
  durable TINYINT UNSIGNED NOT NULL,
  alarm_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  incident_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  alarm_seq INT UNSIGNED NOT NULL,
  resource VARCHAR(127) NOT NULL,
  channel_name VARCHAR(256) NOT NULL,
  channel_group VARCHAR(256) NOT NULL,
  channel_address VARCHAR(256) NOT NULL,
  fault SMALLINT UNSIGNED NOT NULL,
  severity TINYINT UNSIGNED NOT NULL,
  cause_scope TINYINT UNSIGNED NOT NULL,
  raised_at DATETIME(6) NULL,
  cleared_at DATETIME(6) NULL,
  operator_state TINYINT UNSIGNED NOT NULL,
  value DOUBLE NULL,
  text VARCHAR(2048) NOT NULL,
  actor VARCHAR(256) NOT NULL,
  note VARCHAR(2048) NOT NULL,
  PRIMARY KEY (journal_id, seq),
  KEY at (at),
  KEY resource (resource, at),
  KEY incident (incident_id, seq)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- What people and peers did, and what happened to the box itself.
CREATE TABLE IF NOT EXISTS audit (
  journal_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  kind SMALLINT UNSIGNED NOT NULL,
  at DATETIME(6) NOT NULL,
  clock_synced TINYINT UNSIGNED NOT NULL,
  actor VARCHAR(256) NOT NULL,
  resource VARCHAR(127) NOT NULL,
  text VARCHAR(2048) NOT NULL,
  note VARCHAR(2048) NOT NULL,
  PRIMARY KEY (journal_id, seq),
  KEY at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Figures of ten seconds, kept for 7 days. A partition is a day; it is named by its TO_DAYS().
CREATE TABLE IF NOT EXISTS health_10s (
  channel VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at DATETIME NOT NULL,
  bitrate_mean DOUBLE NULL,
  bitrate_min DOUBLE NULL,
  bitrate_max DOUBLE NULL,
  cc_errors BIGINT UNSIGNED NOT NULL,
  packets BIGINT UNSIGNED NOT NULL,
  own_drops BIGINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (channel, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
PARTITION BY RANGE (TO_DAYS(at)) (PARTITION d0 VALUES LESS THAN (1));

-- The same for minutes, kept for 400 days, summed up from health_10s.
CREATE TABLE IF NOT EXISTS health_1m (
  channel VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at DATETIME NOT NULL,
  bitrate_mean DOUBLE NULL,
  bitrate_min DOUBLE NULL,
  bitrate_max DOUBLE NULL,
  cc_errors BIGINT UNSIGNED NOT NULL,
  packets BIGINT UNSIGNED NOT NULL,
  own_drops BIGINT UNSIGNED NOT NULL,
  state TINYINT UNSIGNED NOT NULL,
  PRIMARY KEY (channel, at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4
PARTITION BY RANGE (TO_DAYS(at)) (PARTITION d0 VALUES LESS THAN (1));

-- Where the archive keeps which picture.
CREATE TABLE IF NOT EXISTS thumbnail (
  channel VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  captured_at DATETIME(6) NOT NULL,
  path VARCHAR(160) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  bytes INT UNSIGNED NOT NULL,
  PRIMARY KEY (channel, captured_at),
  KEY captured (captured_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
