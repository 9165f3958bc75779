CREATE INDEX `kpi_events_prediction` ON `kpi_events` (`prediction_id`);
