-- Written by hand: every prediction of before is kept, under numbers and ids in 16 bytes. Its inputs stay a JSON array, as
-- bytes, which rules/packed-inputs reads beside its own encoding (docs/decisions/0007).
CREATE TABLE "prediction_contexts" (
	"number" bigint PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"version_id" text NOT NULL,
	"release_id" text NOT NULL,
	"environment" text NOT NULL,
	"channel" text NOT NULL,
	"caller" text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX "prediction_contexts_members" ON "prediction_contexts" USING btree ("version_id","caller","release_id","environment","channel","model_id");
--> statement-breakpoint
CREATE TABLE "prediction_words" (
	"number" bigint PRIMARY KEY NOT NULL,
	"word" text NOT NULL
);

--> statement-breakpoint
CREATE UNIQUE INDEX "prediction_words_word" ON "prediction_words" USING btree ("word");
--> statement-breakpoint
INSERT INTO "prediction_words" ("number", "word")
SELECT row_number() over (order by word), word FROM (
	SELECT model_id AS word FROM predictions UNION SELECT top_reason FROM predictions WHERE top_reason is not null
) AS words;
--> statement-breakpoint
INSERT INTO "prediction_contexts" (number, model_id, version_id, release_id, environment, channel, caller)
SELECT row_number() over (order by model_id, version_id, release_id, environment, channel, caller), model_id, version_id, release_id, environment, channel, caller FROM (
	SELECT DISTINCT model_id, version_id, coalesce(release_id, '') AS release_id, environment, channel, caller FROM predictions
) AS contexts;
--> statement-breakpoint
CREATE TABLE "__new_predictions" (
	"id" "bytea" PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"model" integer NOT NULL,
	"context" integer NOT NULL,
	"top_reason" integer,
	"latency_micros" integer NOT NULL,
	"subject" text,
	"request_id" "bytea",
	"label" text,
	"score" double precision,
	"model_score" double precision,
	"extra" json,
	"guardrail" json,
	"inputs" "bytea" NOT NULL,
	"explanation" "bytea"
);

--> statement-breakpoint
INSERT INTO "__new_predictions" (id, at, model, context, top_reason, latency_micros, subject, request_id, label, score, model_score, extra, guardrail, inputs, explanation)
SELECT case
	when id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then decode(replace(id, '-', ''), 'hex')
	when octet_length(id) = 15 then '\x0100'::bytea || convert_to(id, 'UTF8')
	else '\x00'::bytea || convert_to(id, 'UTF8')
end,
	at, model.number, context.number, reason.number, least(latency_micros, 2147483647), subject,
case
	when request_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then decode(replace(request_id, '-', ''), 'hex')
	when octet_length(request_id) = 15 then '\x0100'::bytea || convert_to(request_id, 'UTF8')
	else '\x00'::bytea || convert_to(request_id, 'UTF8')
end,
	label, score, model_score, extra, guardrail, convert_to(inputs, 'UTF8'), explanation
FROM predictions
JOIN prediction_words AS model ON model.word = predictions.model_id
JOIN prediction_contexts AS context
	ON context.version_id = predictions.version_id AND context.caller = predictions.caller AND context.release_id = coalesce(predictions.release_id, '')
	AND context.environment = predictions.environment AND context.channel = predictions.channel AND context.model_id = predictions.model_id
LEFT JOIN prediction_words AS reason ON reason.word = predictions.top_reason;
--> statement-breakpoint
DROP TABLE "predictions";
--> statement-breakpoint
ALTER TABLE "__new_predictions" RENAME TO "predictions";
--> statement-breakpoint
ALTER INDEX "__new_predictions_pkey" RENAME TO "predictions_pkey";
--> statement-breakpoint
CREATE INDEX "predictions_model" ON "predictions" USING btree ("model","at");
--> statement-breakpoint
CREATE INDEX "predictions_subject" ON "predictions" USING btree ("subject") WHERE subject is not null;
--> statement-breakpoint
CREATE INDEX "predictions_reason" ON "predictions" USING btree ("model","top_reason","at") WHERE top_reason is not null;
--> statement-breakpoint
ALTER TABLE "explanations" ALTER COLUMN "prediction_id" TYPE bytea USING case
	when prediction_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then decode(replace(prediction_id, '-', ''), 'hex')
	when octet_length(prediction_id) = 15 then '\x0100'::bytea || convert_to(prediction_id, 'UTF8')
	else '\x00'::bytea || convert_to(prediction_id, 'UTF8')
end;
--> statement-breakpoint
ALTER TABLE "review_cases" ALTER COLUMN "prediction_id" TYPE bytea USING case
	when prediction_id ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then decode(replace(prediction_id, '-', ''), 'hex')
	when octet_length(prediction_id) = 15 then '\x0100'::bytea || convert_to(prediction_id, 'UTF8')
	else '\x00'::bytea || convert_to(prediction_id, 'UTF8')
end;
