CREATE TABLE `serving_settings` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`revision` integer NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `serving_settings_revision` ON `serving_settings` (`model_id`,`environment`,`revision`);
--> statement-breakpoint
CREATE TABLE `token_limits` (
	`id` text PRIMARY KEY NOT NULL,
	`token_id` text NOT NULL,
	`revision` integer NOT NULL,
	`limits` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `token_limits_revision` ON `token_limits` (`token_id`,`revision`);
--> statement-breakpoint
CREATE TABLE `usage` (
	`caller` text NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`channel` text NOT NULL,
	`hour` integer NOT NULL,
	`calls` integer NOT NULL,
	`rows` integer NOT NULL,
	`refused` integer NOT NULL,
	`latency_micros` integer NOT NULL,
	PRIMARY KEY(`caller`, `model_id`, `environment`, `channel`, `hour`)
);

--> statement-breakpoint
CREATE INDEX `usage_hour` ON `usage` (`hour`);
--> statement-breakpoint
CREATE INDEX `usage_model` ON `usage` (`model_id`,`hour`);
--> statement-breakpoint
CREATE TABLE `version_health` (
	`version_id` text PRIMARY KEY NOT NULL,
	`state` text NOT NULL,
	`crashes` integer NOT NULL,
	`rows_answered` integer NOT NULL,
	`sentence` text NOT NULL,
	`changed_at` integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE `ingested_halves` (
	`key` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`half` text NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL,
	`received_at` integer NOT NULL
);

--> statement-breakpoint
CREATE INDEX `ingested_halves_received` ON `ingested_halves` (`received_at`);
--> statement-breakpoint
CREATE TABLE `batch_jobs` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`schedule_id` text,
	`status` text NOT NULL,
	`source` text NOT NULL,
	`mapping` text NOT NULL,
	`options` text NOT NULL,
	`delivery` text,
	`version_id` text,
	`release_id` text,
	`source_size` integer,
	`checkpoint` text,
	`results` text,
	`error` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`started_at` integer,
	`seen_at` integer,
	`finished_at` integer
);

--> statement-breakpoint
CREATE INDEX `batch_jobs_model` ON `batch_jobs` (`model_id`,`created_at`);
--> statement-breakpoint
CREATE INDEX `batch_jobs_status` ON `batch_jobs` (`status`,`created_at`);
--> statement-breakpoint
CREATE INDEX `batch_jobs_schedule` ON `batch_jobs` (`schedule_id`,`created_at`);
--> statement-breakpoint
CREATE TABLE `batch_schedules` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`pattern` text NOT NULL,
	`time_zone` text NOT NULL,
	`source` text NOT NULL,
	`mapping` text NOT NULL,
	`options` text NOT NULL,
	`delivery` text,
	`is_enabled` integer NOT NULL,
	`next_due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`deleted_at` integer
);

--> statement-breakpoint
CREATE INDEX `batch_schedules_model` ON `batch_schedules` (`model_id`);
--> statement-breakpoint
CREATE INDEX `batch_schedules_due` ON `batch_schedules` (`next_due_at`);
--> statement-breakpoint
CREATE TABLE `batch_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`job_id` text NOT NULL,
	`delivery` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`job_id`) REFERENCES `batch_jobs`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE INDEX `batch_deliveries_waiting` ON `batch_deliveries` (`status`,`next_attempt_at`);
--> statement-breakpoint
CREATE INDEX `batch_deliveries_job` ON `batch_deliveries` (`job_id`);
--> statement-breakpoint
CREATE TABLE `__new_profiles` (
	`version_id` text NOT NULL,
	`environment` text NOT NULL,
	`hour` integer NOT NULL,
	`writer` text NOT NULL,
	`channel` text DEFAULT 'online' NOT NULL,
	`model_id` text NOT NULL,
	`rows` integer NOT NULL,
	`guarded` integer NOT NULL,
	`profile` blob NOT NULL,
	`latency` blob NOT NULL,
	`attributions` blob,
	`explained` integer DEFAULT 0 NOT NULL,
	PRIMARY KEY(`version_id`, `environment`, `hour`, `writer`, `channel`)
);

--> statement-breakpoint
INSERT INTO `__new_profiles`("version_id", "environment", "hour", "writer", "channel", "model_id", "rows", "guarded", "profile", "latency", "attributions", "explained") SELECT "version_id", "environment", "hour", "writer", 'online', "model_id", "rows", "guarded", "profile", "latency", "attributions", "explained" FROM `profiles`;
--> statement-breakpoint
DROP TABLE `profiles`;
--> statement-breakpoint
ALTER TABLE `__new_profiles` RENAME TO `profiles`;
--> statement-breakpoint
CREATE INDEX `profiles_model` ON `profiles` (`model_id`,`environment`,`hour`);
--> statement-breakpoint
CREATE TABLE `__new_predictions` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`model_id` text NOT NULL,
	`version_id` text NOT NULL,
	`release_id` text,
	`channel` text DEFAULT 'online' NOT NULL,
	`environment` text NOT NULL,
	`caller` text NOT NULL,
	`subject` text,
	`request_id` text,
	`inputs` text NOT NULL,
	`label` text,
	`score` real,
	`model_score` real,
	`extra` text,
	`guardrail` text,
	`latency_micros` integer NOT NULL,
	`explanation` blob,
	`top_reason` text
);

--> statement-breakpoint
INSERT INTO `__new_predictions`("id", "at", "model_id", "version_id", "release_id", "channel", "environment", "caller", "subject", "request_id", "inputs", "label", "score", "model_score", "extra", "guardrail", "latency_micros", "explanation", "top_reason") SELECT "id", "at", "model_id", "version_id", "release_id", 'online', "environment", "caller", "subject", "request_id", "inputs", "label", "score", "model_score", "extra", "guardrail", "latency_micros", "explanation", "top_reason" FROM `predictions`;
--> statement-breakpoint
DROP TABLE `predictions`;
--> statement-breakpoint
ALTER TABLE `__new_predictions` RENAME TO `predictions`;
--> statement-breakpoint
CREATE INDEX `predictions_model` ON `predictions` (`model_id`,`at`);
--> statement-breakpoint
CREATE INDEX `predictions_subject` ON `predictions` (`subject`);
--> statement-breakpoint
CREATE INDEX `predictions_reason` ON `predictions` (`model_id`,`top_reason`,`at`);
--> statement-breakpoint
ALTER TABLE `versions` ADD `runtime` text DEFAULT 'onnx' NOT NULL;
