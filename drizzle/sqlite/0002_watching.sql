CREATE TABLE `__new_deliveries` (
	`id` text PRIMARY KEY NOT NULL,
	`channel_id` text NOT NULL,
	`incident_id` text,
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
INSERT INTO `__new_deliveries`("id", "channel_id", "incident_id", "event", "status", "attempts", "next_attempt_at", "last_error", "created_at", "delivered_at") SELECT "id", "channel_id", "incident_id", "event", "status", "attempts", "next_attempt_at", "last_error", "created_at", "delivered_at" FROM `deliveries`;
--> statement-breakpoint
DROP TABLE `deliveries`;
--> statement-breakpoint
ALTER TABLE `__new_deliveries` RENAME TO `deliveries`;
--> statement-breakpoint
CREATE INDEX `deliveries_waiting` ON `deliveries` (`status`,`next_attempt_at`);
--> statement-breakpoint
CREATE INDEX `deliveries_incident` ON `deliveries` (`incident_id`);
--> statement-breakpoint
CREATE INDEX `deliveries_channel` ON `deliveries` (`channel_id`,`created_at`);
--> statement-breakpoint
ALTER TABLE `monitors` ADD `last_finding` text;
--> statement-breakpoint
ALTER TABLE `channels` ADD `deleted_at` integer;
