-- What reports need of the past: how much of each span was measured (NULL: not counted yet), how many of its seconds held
-- errors, the loudness of the hour that ended with it; and an alarm's own events without reading its incident's.
ALTER TABLE health_10s ADD COLUMN measured_s SMALLINT UNSIGNED NULL;
ALTER TABLE health_10s ADD COLUMN error_seconds SMALLINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE health_10s ADD COLUMN loudness_hour_mean FLOAT NULL;
ALTER TABLE health_10s ADD COLUMN loudness_hour_min FLOAT NULL;
ALTER TABLE health_10s ADD COLUMN loudness_hour_max FLOAT NULL;
ALTER TABLE health_1m ADD COLUMN measured_s SMALLINT UNSIGNED NULL;
ALTER TABLE health_1m ADD COLUMN error_seconds SMALLINT UNSIGNED NOT NULL DEFAULT 0;
ALTER TABLE health_1m ADD COLUMN loudness_hour_mean FLOAT NULL;
ALTER TABLE health_1m ADD COLUMN loudness_hour_min FLOAT NULL;
ALTER TABLE health_1m ADD COLUMN loudness_hour_max FLOAT NULL;
ALTER TABLE incident_event ADD KEY alarm (alarm_id, seq);
