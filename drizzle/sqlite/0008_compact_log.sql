-- Written by hand: every prediction of before is kept, under numbers and ids in 16 bytes. Its inputs stay a JSON array, as
-- bytes, which rules/packed-inputs reads beside its own encoding (docs/decisions/0007).
CREATE TABLE `prediction_contexts` (
	`number` integer PRIMARY KEY NOT NULL,
	`model_id` text NOT NULL,
	`version_id` text NOT NULL,
	`release_id` text NOT NULL,
	`environment` text NOT NULL,
	`channel` text NOT NULL,
	`caller` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `prediction_contexts_members` ON `prediction_contexts` (`version_id`,`caller`,`release_id`,`environment`,`channel`,`model_id`);
--> statement-breakpoint
CREATE TABLE `prediction_words` (
	`number` integer PRIMARY KEY NOT NULL,
	`word` text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX `prediction_words_word` ON `prediction_words` (`word`);
--> statement-breakpoint
INSERT INTO `prediction_words` (`number`, `word`)
SELECT row_number() over (order by word), word FROM (
	SELECT model_id AS word FROM predictions UNION SELECT top_reason FROM predictions WHERE top_reason is not null
) AS words;
--> statement-breakpoint
INSERT INTO `prediction_contexts` (number, model_id, version_id, release_id, environment, channel, caller)
SELECT row_number() over (order by model_id, version_id, release_id, environment, channel, caller), model_id, version_id, release_id, environment, channel, caller FROM (
	SELECT DISTINCT model_id, version_id, coalesce(release_id, '') AS release_id, environment, channel, caller FROM predictions
) AS contexts;
--> statement-breakpoint
CREATE TABLE `__new_predictions` (
	`id` blob PRIMARY KEY NOT NULL,
	`at` integer NOT NULL,
	`model` integer NOT NULL,
	`context` integer NOT NULL,
	`top_reason` integer,
	`latency_micros` integer NOT NULL,
	`subject` text,
	`request_id` blob,
	`label` text,
	`score` real,
	`model_score` real,
	`extra` text,
	`guardrail` text,
	`inputs` blob NOT NULL,
	`explanation` blob
);

--> statement-breakpoint
INSERT INTO `__new_predictions` (id, at, model, context, top_reason, latency_micros, subject, request_id, label, score, model_score, extra, guardrail, inputs, explanation)
SELECT case
	when `id` is null then null
	when `id` glob '????????-????-????-????-????????????' and `id` = lower(`id`) and length(unhex(replace(`id`, '-', ''))) = 16 then unhex(replace(`id`, '-', ''))
	when length(cast(`id` as blob)) = 15 then unhex('0100' || hex(`id`))
	else unhex('00' || hex(`id`))
end,
	at, model.number, context.number, reason.number, latency_micros, subject,
case
	when `request_id` is null then null
	when `request_id` glob '????????-????-????-????-????????????' and `request_id` = lower(`request_id`) and length(unhex(replace(`request_id`, '-', ''))) = 16 then unhex(replace(`request_id`, '-', ''))
	when length(cast(`request_id` as blob)) = 15 then unhex('0100' || hex(`request_id`))
	else unhex('00' || hex(`request_id`))
end,
	label, score, model_score, extra, guardrail, cast(inputs as blob), explanation
FROM predictions
JOIN prediction_words AS model ON model.word = predictions.model_id
JOIN prediction_contexts AS context
	ON context.version_id = predictions.version_id AND context.caller = predictions.caller AND context.release_id = coalesce(predictions.release_id, '')
	AND context.environment = predictions.environment AND context.channel = predictions.channel AND context.model_id = predictions.model_id
LEFT JOIN prediction_words AS reason ON reason.word = predictions.top_reason
ORDER BY predictions.rowid;
--> statement-breakpoint
DROP TABLE `predictions`;
--> statement-breakpoint
ALTER TABLE `__new_predictions` RENAME TO `predictions`;
--> statement-breakpoint
CREATE INDEX `predictions_model` ON `predictions` (`model`,`at`);
--> statement-breakpoint
CREATE INDEX `predictions_subject` ON `predictions` (`subject`) WHERE subject is not null;
--> statement-breakpoint
CREATE INDEX `predictions_reason` ON `predictions` (`model`,`top_reason`,`at`) WHERE top_reason is not null;
--> statement-breakpoint
CREATE TABLE `__new_explanations` (
	`prediction_id` blob NOT NULL,
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
INSERT INTO `__new_explanations` (`prediction_id`, `method`, `scale`, `base`, `values`, `errors`, `permutations`, `residual`, `background_hash`, `created_at`)
SELECT case
	when `prediction_id` is null then null
	when `prediction_id` glob '????????-????-????-????-????????????' and `prediction_id` = lower(`prediction_id`) and length(unhex(replace(`prediction_id`, '-', ''))) = 16 then unhex(replace(`prediction_id`, '-', ''))
	when length(cast(`prediction_id` as blob)) = 15 then unhex('0100' || hex(`prediction_id`))
	else unhex('00' || hex(`prediction_id`))
end,
	`method`, `scale`, `base`, `values`, `errors`, `permutations`, `residual`, `background_hash`, `created_at` FROM `explanations`;
--> statement-breakpoint
DROP TABLE `explanations`;
--> statement-breakpoint
ALTER TABLE `__new_explanations` RENAME TO `explanations`;
--> statement-breakpoint
CREATE TABLE `__new_review_cases` (
	`review_id` text NOT NULL,
	`position` integer NOT NULL,
	`prediction_id` blob NOT NULL,
	`stratum` text,
	`verdict` text,
	`note` text NOT NULL,
	`noted_at` integer,
	`noted_by_name` text,
	PRIMARY KEY(`review_id`, `position`),
	FOREIGN KEY (`review_id`) REFERENCES `reviews`(`id`) ON UPDATE no action ON DELETE no action
);

--> statement-breakpoint
INSERT INTO `__new_review_cases` (`review_id`, `position`, `prediction_id`, `stratum`, `verdict`, `note`, `noted_at`, `noted_by_name`)
SELECT `review_id`, `position`, case
	when `prediction_id` is null then null
	when `prediction_id` glob '????????-????-????-????-????????????' and `prediction_id` = lower(`prediction_id`) and length(unhex(replace(`prediction_id`, '-', ''))) = 16 then unhex(replace(`prediction_id`, '-', ''))
	when length(cast(`prediction_id` as blob)) = 15 then unhex('0100' || hex(`prediction_id`))
	else unhex('00' || hex(`prediction_id`))
end,
	`stratum`, `verdict`, `note`, `noted_at`, `noted_by_name` FROM `review_cases`;
--> statement-breakpoint
DROP TABLE `review_cases`;
--> statement-breakpoint
ALTER TABLE `__new_review_cases` RENAME TO `review_cases`;
