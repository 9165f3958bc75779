ALTER TABLE "deliveries" ALTER COLUMN "incident_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "monitors" ADD COLUMN "last_finding" json;
--> statement-breakpoint
ALTER TABLE "channels" ADD COLUMN "deleted_at" bigint;
--> statement-breakpoint
CREATE INDEX "deliveries_incident" ON "deliveries" USING btree ("incident_id");
--> statement-breakpoint
CREATE INDEX "deliveries_channel" ON "deliveries" USING btree ("channel_id","created_at");
