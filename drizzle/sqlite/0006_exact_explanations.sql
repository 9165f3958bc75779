CREATE TABLE `explanation_policies` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`environment` text NOT NULL,
	`revision` integer NOT NULL,
	`mode` text NOT NULL,
	`share` real NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `explanation_policies_revision` ON `explanation_policies` (`model_id`,`environment`,`revision`);
--> statement-breakpoint
CREATE TABLE `reason_settings` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`revision` integer NOT NULL,
	`settings` text NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `reason_settings_revision` ON `reason_settings` (`model_id`,`revision`);
--> statement-breakpoint
CREATE TABLE `signing_keys` (
	`id` text PRIMARY KEY NOT NULL,
	`public_key` text NOT NULL,
	`sealed_private_key` text,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`retired_at` integer
);

--> statement-breakpoint
CREATE TABLE `reviews` (
	`id` text PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`name` text NOT NULL,
	`selection` text NOT NULL,
	`population` integer NOT NULL,
	`created_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_by_name` text NOT NULL,
	`closed_at` integer
);

--> statement-breakpoint
CREATE INDEX `reviews_created` ON `reviews` (`created_at`);
--> statement-breakpoint
CREATE TABLE `review_cases` (
	`review_id` text NOT NULL,
	`position` integer NOT NULL,
	`prediction_id` text NOT NULL,
	`stratum` text,
	`verdict` text,
	`note` text NOT NULL,
	`noted_at` integer,
	`noted_by_name` text,
	PRIMARY KEY(`review_id`, `position`),
	FOREIGN KEY (`review_id`) REFERENCES `reviews`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
CREATE TABLE `__new_explanations` (
	`prediction_id` text NOT NULL,
	`method` text NOT NULL,
	`scale` text NOT NULL,
	`base` real NOT NULL,
	`values` text NOT NULL,
	`errors` text NOT NULL,
	`permutations` integer NOT NULL,
	`residual` real,
	`background_hash` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`prediction_id`, `scale`)
);

--> statement-breakpoint
INSERT INTO `__new_explanations`("prediction_id", "method", "scale", "base", "values", "errors", "permutations", "background_hash", "created_at") SELECT "prediction_id", "method", "scale", "base", "values", "errors", "permutations", "background_hash", "created_at" FROM `explanations`;
--> statement-breakpoint
DROP TABLE `explanations`;
--> statement-breakpoint
ALTER TABLE `__new_explanations` RENAME TO `explanations`;
--> statement-breakpoint
ALTER TABLE `versions` ADD `explainability` text;
--> statement-breakpoint
ALTER TABLE `versions` ADD `attributions` text;
--> statement-breakpoint
ALTER TABLE `predictions` ADD `explanation` blob;
--> statement-breakpoint
ALTER TABLE `predictions` ADD `top_reason` text;
--> statement-breakpoint
CREATE INDEX `predictions_reason` ON `predictions` (`model_id`,`top_reason`,`at`);
--> statement-breakpoint
ALTER TABLE `profiles` ADD `attributions` blob;
--> statement-breakpoint
ALTER TABLE `profiles` ADD `explained` integer DEFAULT 0 NOT NULL;
