CREATE INDEX "kpi_events_prediction" ON "kpi_events" USING btree ("prediction_id");
