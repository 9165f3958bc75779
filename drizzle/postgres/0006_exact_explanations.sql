CREATE TABLE "explanation_policies" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"revision" bigint NOT NULL,
	"mode" text NOT NULL,
	"share" double precision NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "reason_settings" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"revision" bigint NOT NULL,
	"settings" json NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "signing_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"public_key" text NOT NULL,
	"sealed_private_key" text,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"retired_at" bigint
);

--> statement-breakpoint
CREATE TABLE "reviews" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"name" text NOT NULL,
	"selection" json NOT NULL,
	"population" bigint NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL,
	"closed_at" bigint
);

--> statement-breakpoint
CREATE TABLE "review_cases" (
	"review_id" text NOT NULL,
	"position" bigint NOT NULL,
	"prediction_id" text NOT NULL,
	"stratum" text,
	"verdict" text,
	"note" text NOT NULL,
	"noted_at" bigint,
	"noted_by_name" text,
	CONSTRAINT "review_cases_review_id_position_pk" PRIMARY KEY("review_id","position")
);

--> statement-breakpoint
ALTER TABLE "explanations" DROP CONSTRAINT "explanations_pkey";
--> statement-breakpoint
ALTER TABLE "explanations" ADD CONSTRAINT "explanations_prediction_id_scale_pk" PRIMARY KEY("prediction_id","scale");
--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "explainability" json;
--> statement-breakpoint
ALTER TABLE "versions" ADD COLUMN "attributions" json;
--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "explanation" "bytea";
--> statement-breakpoint
ALTER TABLE "predictions" ADD COLUMN "top_reason" text;
--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "attributions" "bytea";
--> statement-breakpoint
ALTER TABLE "profiles" ADD COLUMN "explained" bigint DEFAULT 0 NOT NULL;
--> statement-breakpoint
ALTER TABLE "explanations" ADD COLUMN "residual" double precision;
--> statement-breakpoint
ALTER TABLE "review_cases" ADD CONSTRAINT "review_cases_review_id_reviews_id_fk" FOREIGN KEY ("review_id") REFERENCES "public"."reviews"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "explanation_policies_revision" ON "explanation_policies" USING btree ("model_id","environment","revision");
--> statement-breakpoint
CREATE UNIQUE INDEX "reason_settings_revision" ON "reason_settings" USING btree ("model_id","revision");
--> statement-breakpoint
CREATE INDEX "reviews_created" ON "reviews" USING btree ("created_at");
--> statement-breakpoint
CREATE INDEX "predictions_reason" ON "predictions" USING btree ("model_id","top_reason","at");
