-- Hours, kept for 400 days, summed up from health_1m: what charts of months are drawn from. Every column has the mean, the
-- least and the greatest of its minutes, counters too (their growth in a minute), so that one bad minute still shows.
CREATE TABLE IF NOT EXISTS health_1h (
  channel VARCHAR(63) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at DATETIME NOT NULL,
  cc_errors_mean DOUBLE NULL,
  cc_errors_min DOUBLE NULL,
  cc_errors_max DOUBLE NULL,
  packets_mean DOUBLE NULL,
  packets_min DOUBLE NULL,
  packets_max DOUBLE NULL,
  own_drops_mean DOUBLE NULL,
  own_drops_min DOUBLE NULL,
  own_drops_max DOUBLE NULL,
  bitrate_mean DOUBLE NULL,
  bitrate_min DOUBLE NULL,
  bitrate_max DOUBLE NULL,
  pcr_interval_max_mean FLOAT NULL,
  pcr_interval_max_min FLOAT NULL,
  pcr_interval_max_max FLOAT NULL,
  pcr_accuracy_mean FLOAT NULL,
  pcr_accuracy_min FLOAT NULL,
  pcr_accuracy_max FLOAT NULL,
  input_interval_max_mean FLOAT NULL,
  input_interval_max_min FLOAT NULL,
  input_interval_max_max FLOAT NULL,
  luma_mean_mean FLOAT NULL,
  luma_mean_min FLOAT NULL,
  luma_mean_max FLOAT NULL,
  loudness_momentary_mean FLOAT NULL,
  loudness_momentary_min FLOAT NULL,
  loudness_momentary_max FLOAT NULL,
  loudness_short_term_mean FLOAT NULL,
  loudness_short_term_min FLOAT NULL,
  loudness_short_term_max FLOAT NULL,
  true_peak_mean FLOAT NULL,
  true_peak_min FLOAT NULL,
  true_peak_max FLOAT NULL,
  loudness_integrated_mean FLOAT NULL,
  loudness_integrated_min FLOAT NULL,
  loudness_integrated_max FLOAT NULL,
  loudness_hour_mean FLOAT NULL,
  loudness_hour_min FLOAT NULL,
  loudness_hour_max FLOAT NULL,
  PRIMARY KEY (channel, at),
  KEY at (at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;

-- Which hours are summed up: from from_at on, before until_at. One row.
CREATE TABLE IF NOT EXISTS health_1h_span (
  id TINYINT UNSIGNED NOT NULL PRIMARY KEY,
  from_at DATETIME NOT NULL,
  until_at DATETIME NOT NULL
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
