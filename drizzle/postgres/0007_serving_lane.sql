CREATE TABLE "serving_settings" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"revision" bigint NOT NULL,
	"settings" json NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "token_limits" (
	"id" text PRIMARY KEY NOT NULL,
	"token_id" text NOT NULL,
	"revision" bigint NOT NULL,
	"limits" json NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "usage" (
	"caller" text NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"channel" text NOT NULL,
	"hour" bigint NOT NULL,
	"calls" bigint NOT NULL,
	"rows" bigint NOT NULL,
	"refused" bigint NOT NULL,
	"latency_micros" bigint NOT NULL,
	CONSTRAINT "usage_caller_model_id_environment_channel_hour_pk" PRIMARY KEY("caller","model_id","environment","channel","hour")
);

--> statement-breakpoint
CREATE TABLE "version_health" (
	"version_id" text PRIMARY KEY NOT NULL,
	"state" text NOT NULL,
	"crashes" bigint NOT NULL,
	"rows_answered" bigint NOT NULL,
	"sentence" text NOT NULL,
	"changed_at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "ingested_halves" (
	"key" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"half" text NOT NULL,
	"body" text NOT NULL,
	"at" bigint NOT NULL,
	"received_at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "batch_jobs" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"name" text NOT NULL,
	"schedule_id" text,
	"status" text NOT NULL,
	"source" json NOT NULL,
	"mapping" json NOT NULL,
	"options" json NOT NULL,
	"delivery" json,
	"version_id" text,
	"release_id" text,
	"source_size" bigint,
	"checkpoint" json,
	"results" json,
	"error" text,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"started_at" bigint,
	"seen_at" bigint,
	"finished_at" bigint
);

--> statement-breakpoint
CREATE TABLE "batch_schedules" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"name" text NOT NULL,
	"pattern" text NOT NULL,
	"time_zone" text NOT NULL,
	"source" json NOT NULL,
	"mapping" json NOT NULL,
	"options" json NOT NULL,
	"delivery" json,
	"is_enabled" boolean NOT NULL,
	"next_due_at" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"deleted_at" bigint
);

--> statement-breakpoint
CREATE TABLE "batch_deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"job_id" text NOT NULL,
	"delivery" json NOT NULL,
	"status" text NOT NULL,
	"attempts" bigint NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"last_error" text,
	"created_at" bigint NOT NULL,
	"delivered_at" bigint
);

--> statement-breakpoint
ALTER TABLE "profiles" DROP CONSTRAINT "profiles_version_id_environment_hour_writer_pk";
--> statement-breakpoint
ALTER TABLE "predictions" ALTER COLUMN "release_id" DROP NOT NULL;
--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "channel" text DEFAULT 'online' NOT NULL;
--> statement-breakpoint
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_version_id_environment_hour_writer_channel_pk" PRIMARY KEY("version_id","environment","hour","writer","channel");
--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "runtime" text DEFAULT 'onnx' NOT NULL;
--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "channel" text DEFAULT 'online' NOT NULL;
--> statement-breakpoint
ALTER TABLE "batch_deliveries" ADD CONSTRAINT "batch_deliveries_job_id_batch_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."batch_jobs"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "serving_settings_revision" ON "serving_settings" USING btree ("model_id","environment","revision");
--> statement-breakpoint
CREATE UNIQUE INDEX "token_limits_revision" ON "token_limits" USING btree ("token_id","revision");
--> statement-breakpoint
CREATE INDEX "usage_hour" ON "usage" USING btree ("hour");
--> statement-breakpoint
CREATE INDEX "usage_model" ON "usage" USING btree ("model_id","hour");
--> statement-breakpoint
CREATE INDEX "ingested_halves_received" ON "ingested_halves" USING btree ("received_at");
--> statement-breakpoint
CREATE INDEX "batch_jobs_model" ON "batch_jobs" USING btree ("model_id","created_at");
--> statement-breakpoint
CREATE INDEX "batch_jobs_status" ON "batch_jobs" USING btree ("status","created_at");
--> statement-breakpoint
CREATE INDEX "batch_jobs_schedule" ON "batch_jobs" USING btree ("schedule_id","created_at");
--> statement-breakpoint
CREATE INDEX "batch_schedules_model" ON "batch_schedules" USING btree ("model_id");
--> statement-breakpoint
CREATE INDEX "batch_schedules_due" ON "batch_schedules" USING btree ("next_due_at");
--> statement-breakpoint
CREATE INDEX "batch_deliveries_waiting" ON "batch_deliveries" USING btree ("status","next_attempt_at");
--> statement-breakpoint
CREATE INDEX "batch_deliveries_job" ON "batch_deliveries" USING btree ("job_id");
