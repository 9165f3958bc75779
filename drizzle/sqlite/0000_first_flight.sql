CREATE TABLE `users` (
	`id` text PRIMARY KEY NOT NULL,
	`email` text NOT NULL,
	`name` text NOT NULL,
	`role` text NOT NULL,
	`password_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	`disabled_at` integer,
	`last_seen_at` integer
);

--> statement-breakpoint
CREATE UNIQUE INDEX `users_email_unique` ON `users` (`email`);
--> statement-breakpoint
CREATE TABLE `tokens` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`prefix` text NOT NULL,
	`hash` text NOT NULL,
	`scopes` text NOT NULL,
	`role` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`expires_at` integer,
	`revoked_at` integer,
	`last_used_at` integer
);

--> statement-breakpoint
CREATE UNIQUE INDEX `tokens_hash_unique` ON `tokens` (`hash`);
--> statement-breakpoint
CREATE TABLE `sign_in_attempts` (
	`id` text PRIMARY KEY NOT NULL,
	`key` text NOT NULL,
	`at` integer NOT NULL
);

--> statement-breakpoint
CREATE INDEX `sign_in_attempts_key` ON `sign_in_attempts` (`key`,`at`);
--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` text NOT NULL
);

--> statement-breakpoint
CREATE TABLE `idempotent_answers` (
	`key` text PRIMARY KEY NOT NULL,
	`request_hash` text NOT NULL,
	`status` integer NOT NULL,
	`body` text NOT NULL,
	`at` integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE `audit_events` (
	`sequence` integer PRIMARY KEY NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`actor_kind` text NOT NULL,
	`actor_id` text NOT NULL,
	`actor_name` text NOT NULL,
	`action` text NOT NULL,
	`target_kind` text NOT NULL,
	`target_id` text NOT NULL,
	`target_name` text NOT NULL,
	`model_id` text,
	`before` text,
	`after` text,
	`reason` text,
	`request_id` text,
	`previous_hash` text NOT NULL,
	`hash` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `audit_events_id_unique` ON `audit_events` (`id`);
--> statement-breakpoint
CREATE INDEX `audit_events_at` ON `audit_events` (`at`);
--> statement-breakpoint
CREATE INDEX `audit_events_target` ON `audit_events` (`target_kind`,`target_id`);
--> statement-breakpoint
CREATE INDEX `audit_events_model` ON `audit_events` (`model_id`);
--> statement-breakpoint
CREATE INDEX `audit_events_actor` ON `audit_events` (`actor_id`);
--> statement-breakpoint
CREATE TABLE `audit_head` (
	`id` integer PRIMARY KEY NOT NULL,
	`sequence` integer NOT NULL,
	`hash` text NOT NULL
);

--> statement-breakpoint
CREATE TABLE `environments` (
	`name` text PRIMARY KEY NOT NULL,
	`position` integer NOT NULL,
	`description` text NOT NULL,
	`required_approvals` integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE `models` (
	`id` text PRIMARY KEY NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`description` text NOT NULL,
	`owner` text NOT NULL,
	`task` text NOT NULL,
	`tags` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`archived_at` integer
);

--> statement-breakpoint
CREATE UNIQUE INDEX `models_slug_unique` ON `models` (`slug`);
--> statement-breakpoint
CREATE TABLE `versions` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`number` integer NOT NULL,
	`description` text NOT NULL,
	`artifact_hash` text NOT NULL,
	`artifact_bytes` integer NOT NULL,
	`signature` text NOT NULL,
	`lineage` text NOT NULL,
	`reference` text,
	`files` text NOT NULL,
	`importance` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE UNIQUE INDEX `versions_number` ON `versions` (`model_id`,`number`);
--> statement-breakpoint
CREATE INDEX `versions_artifact` ON `versions` (`artifact_hash`);
--> statement-breakpoint
CREATE TABLE `policies` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`revision` integer NOT NULL,
	`required_approvals` integer NOT NULL,
	`gates` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`name`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE UNIQUE INDEX `policies_revision` ON `policies` (`model_id`,`environment`,`revision`);
--> statement-breakpoint
CREATE TABLE `promotions` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`version_id` text NOT NULL,
	`environment` text NOT NULL,
	`plan` text NOT NULL,
	`reason` text NOT NULL,
	`status` text NOT NULL,
	`required_approvals` integer NOT NULL,
	`requested_by` text NOT NULL,
	`requested_by_name` text NOT NULL,
	`requested_at` integer NOT NULL,
	`decided_at` integer,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`version_id`) REFERENCES `versions`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`name`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE INDEX `promotions_model` ON `promotions` (`model_id`,`requested_at`);
--> statement-breakpoint
CREATE INDEX `promotions_status` ON `promotions` (`status`);
--> statement-breakpoint
CREATE TABLE `approvals` (
	`id` text PRIMARY KEY NOT NULL,
	`promotion_id` text NOT NULL,
	`user_id` text NOT NULL,
	`user_name` text NOT NULL,
	`decision` text NOT NULL,
	`comment` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`promotion_id`) REFERENCES `promotions`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE UNIQUE INDEX `approvals_once` ON `approvals` (`promotion_id`,`user_id`);
--> statement-breakpoint
CREATE TABLE `gate_results` (
	`id` text PRIMARY KEY NOT NULL,
	`promotion_id` text NOT NULL,
	`gate` text NOT NULL,
	`verdict` text NOT NULL,
	`sentence` text NOT NULL,
	`evidence` text NOT NULL,
	`at` integer NOT NULL,
	FOREIGN KEY (`promotion_id`) REFERENCES `promotions`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE INDEX `gate_results_promotion` ON `gate_results` (`promotion_id`);
--> statement-breakpoint
CREATE TABLE `releases` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`sequence` integer NOT NULL,
	`kind` text NOT NULL,
	`promotion_id` text,
	`rollback_to` text,
	`reason` text NOT NULL,
	`started_at` integer NOT NULL,
	`started_by` text NOT NULL,
	`started_by_name` text NOT NULL,
	FOREIGN KEY (`model_id`) REFERENCES `models`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`environment`) REFERENCES `environments`(`name`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`promotion_id`) REFERENCES `promotions`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE UNIQUE INDEX `releases_sequence` ON `releases` (`model_id`,`environment`,`sequence`);
--> statement-breakpoint
CREATE INDEX `releases_started` ON `releases` (`model_id`,`environment`,`started_at`);
--> statement-breakpoint
CREATE TABLE `release_arms` (
	`release_id` text NOT NULL,
	`version_id` text NOT NULL,
	`role` text NOT NULL,
	`share_basis_points` integer NOT NULL,
	PRIMARY KEY(`release_id`, `version_id`),
	FOREIGN KEY (`release_id`) REFERENCES `releases`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`version_id`) REFERENCES `versions`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE TABLE `guardrails` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`revision` integer NOT NULL,
	`rules` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `guardrails_revision` ON `guardrails` (`model_id`,`environment`,`revision`);
--> statement-breakpoint
CREATE TABLE `predictions` (
	`id` text PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`model_id` text NOT NULL,
	`version_id` text NOT NULL,
	`release_id` text NOT NULL,
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
	`latency_micros` integer NOT NULL
);

--> statement-breakpoint
CREATE INDEX `predictions_model` ON `predictions` (`model_id`,`at`);
--> statement-breakpoint
CREATE INDEX `predictions_subject` ON `predictions` (`subject`);
--> statement-breakpoint
CREATE TABLE `outcomes` (
	`prediction_id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`version_id` text NOT NULL,
	`value` real,
	`label` text,
	`occurred_at` integer NOT NULL,
	`received_at` integer NOT NULL
);

--> statement-breakpoint
CREATE INDEX `outcomes_model` ON `outcomes` (`model_id`,`occurred_at`);
--> statement-breakpoint
CREATE TABLE `kpi_events` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`version_id` text,
	`prediction_id` text,
	`subject` text,
	`name` text NOT NULL,
	`value` real NOT NULL,
	`occurred_at` integer NOT NULL,
	`received_at` integer NOT NULL
);

--> statement-breakpoint
CREATE INDEX `kpi_events_model` ON `kpi_events` (`model_id`,`name`,`occurred_at`);
--> statement-breakpoint
CREATE TABLE `profiles` (
	`version_id` text NOT NULL,
	`environment` text NOT NULL,
	`hour` integer NOT NULL,
	`writer` text NOT NULL,
	`model_id` text NOT NULL,
	`rows` integer NOT NULL,
	`guarded` integer NOT NULL,
	`profile` blob NOT NULL,
	`latency` blob NOT NULL,
	PRIMARY KEY(`version_id`, `environment`, `hour`, `writer`)
);

--> statement-breakpoint
CREATE INDEX `profiles_model` ON `profiles` (`model_id`,`environment`,`hour`);
--> statement-breakpoint
CREATE TABLE `call_errors` (
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`hour` integer NOT NULL,
	`code` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`model_id`, `environment`, `hour`, `code`)
);

--> statement-breakpoint
CREATE TABLE `outcome_tallies` (
	`version_id` text NOT NULL,
	`environment` text NOT NULL,
	`hour` integer NOT NULL,
	`model_id` text NOT NULL,
	`tally` blob NOT NULL,
	PRIMARY KEY(`version_id`, `environment`, `hour`)
);

--> statement-breakpoint
CREATE INDEX `outcome_tallies_model` ON `outcome_tallies` (`model_id`,`hour`);
--> statement-breakpoint
CREATE TABLE `kpi_tallies` (
	`version_id` text NOT NULL,
	`environment` text NOT NULL,
	`name` text NOT NULL,
	`hour` integer NOT NULL,
	`model_id` text NOT NULL,
	`count` integer NOT NULL,
	`sum` real NOT NULL,
	`sum_of_squares` real NOT NULL,
	PRIMARY KEY(`version_id`, `environment`, `name`, `hour`)
);

--> statement-breakpoint
CREATE INDEX `kpi_tallies_model` ON `kpi_tallies` (`model_id`,`hour`);
--> statement-breakpoint
CREATE TABLE `explanations` (
	`prediction_id` text PRIMARY KEY NOT NULL,
	`method` text NOT NULL,
	`base` real NOT NULL,
	`values` text NOT NULL,
	`errors` text NOT NULL,
	`background_hash` text NOT NULL,
	`created_at` integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE `monitors` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`rule` text NOT NULL,
	`is_enabled` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE INDEX `monitors_model` ON `monitors` (`model_id`);
--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` text PRIMARY KEY NOT NULL,
	`fingerprint` text NOT NULL,
	`model_id` text,
	`environment` text,
	`monitor_id` text,
	`kind` text NOT NULL,
	`severity` text NOT NULL,
	`status` text NOT NULL,
	`title` text NOT NULL,
	`sentence` text NOT NULL,
	`evidence` text NOT NULL,
	`opened_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`acknowledged_at` integer,
	`acknowledged_by` text,
	`resolved_at` integer,
	`resolved_by` text,
	`resolution` text
);

--> statement-breakpoint
CREATE UNIQUE INDEX `incidents_unresolved` ON `incidents` (`fingerprint`) WHERE status <> 'resolved';
--> statement-breakpoint
CREATE INDEX `incidents_model` ON `incidents` (`model_id`,`opened_at`);
--> statement-breakpoint
CREATE INDEX `incidents_status` ON `incidents` (`status`);
--> statement-breakpoint
CREATE TABLE `channels` (
	`id` text PRIMARY KEY NOT NULL,
	`name` text NOT NULL,
	`settings` text NOT NULL,
	`is_enabled` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`incident_id` text NOT NULL,
	`event` text NOT NULL,
	`status` text NOT NULL,
	`attempts` integer NOT NULL,
	`next_attempt_at` integer NOT NULL,
	`last_error` text,
	`created_at` integer NOT NULL,
	`delivered_at` integer,
	FOREIGN KEY (`channel_id`) REFERENCES `channels`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE INDEX `deliveries_waiting` ON `deliveries` (`status`,`next_attempt_at`);
--> statement-breakpoint
CREATE TABLE `schedules` (
	`name` text PRIMARY KEY NOT NULL,
	`pattern` text NOT NULL,
	`next_due_at` integer NOT NULL,
	`created_at` integer NOT NULL
);

--> statement-breakpoint
CREATE TABLE `runs` (
	`id` text PRIMARY KEY NOT NULL,
	`schedule` text NOT NULL,
	`trigger` text NOT NULL,
	`started_at` integer NOT NULL,
	`finished_at` integer,
	`status` text NOT NULL,
	`summary` text NOT NULL
);

--> statement-breakpoint
CREATE INDEX `runs_schedule` ON `runs` (`schedule`,`started_at`);
