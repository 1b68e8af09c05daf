-- Every attempt to tell a receiver about an event, and what it answered.
CREATE TABLE IF NOT EXISTS delivery (
  receiver VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  event_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  attempt INT UNSIGNED NOT NULL,
  at DATETIME(6) NOT NULL,
  alarm_id CHAR(36) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  seq BIGINT UNSIGNED NOT NULL,
  outcome TINYINT UNSIGNED NOT NULL,
  status SMALLINT UNSIGNED NOT NULL,
  latency_ms INT UNSIGNED NOT NULL,
  age_ms BIGINT NOT NULL,
  answer VARCHAR(1024) NOT NULL,
  PRIMARY KEY (receiver, event_id, attempt, at),
  KEY at (at),
  KEY alarm (alarm_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
