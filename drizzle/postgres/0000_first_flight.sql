CREATE TABLE "users" (
	"id" text PRIMARY KEY NOT NULL,
	"email" text NOT NULL,
	"name" text NOT NULL,
	"role" text NOT NULL,
	"password_hash" text NOT NULL,
	"created_at" bigint NOT NULL,
	"disabled_at" bigint,
	"last_seen_at" bigint,
	CONSTRAINT "users_email_unique" UNIQUE("email")
);

--> statement-breakpoint
CREATE TABLE "tokens" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"prefix" text NOT NULL,
	"hash" text NOT NULL,
	"scopes" json NOT NULL,
	"role" text,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"expires_at" bigint,
	"revoked_at" bigint,
	"last_used_at" bigint,
	CONSTRAINT "tokens_hash_unique" UNIQUE("hash")
);

--> statement-breakpoint
CREATE TABLE "sign_in_attempts" (
	"id" text PRIMARY KEY NOT NULL,
	"key" text NOT NULL,
	"at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "settings" (
	"name" text PRIMARY KEY NOT NULL,
	"value" json NOT NULL
);

--> statement-breakpoint
CREATE TABLE "idempotent_answers" (
	"key" text PRIMARY KEY NOT NULL,
	"request_hash" text NOT NULL,
	"status" bigint NOT NULL,
	"body" json NOT NULL,
	"at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "audit_events" (
	"sequence" bigint PRIMARY KEY NOT NULL,
	"id" text NOT NULL,
	"at" bigint NOT NULL,
	"actor_kind" text NOT NULL,
	"actor_id" text NOT NULL,
	"actor_name" text NOT NULL,
	"action" text NOT NULL,
	"target_kind" text NOT NULL,
	"target_id" text NOT NULL,
	"target_name" text NOT NULL,
	"model_id" text,
	"before" json,
	"after" json,
	"reason" text,
	"request_id" text,
	"previous_hash" text NOT NULL,
	"hash" text NOT NULL,
	CONSTRAINT "audit_events_id_unique" UNIQUE("id")
);

--> statement-breakpoint
CREATE TABLE "audit_head" (
	"id" bigint PRIMARY KEY NOT NULL,
	"sequence" bigint NOT NULL,
	"hash" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "environments" (
	"name" text PRIMARY KEY NOT NULL,
	"position" bigint NOT NULL,
	"description" text NOT NULL,
	"required_approvals" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "models" (
	"id" text PRIMARY KEY NOT NULL,
	"slug" text NOT NULL,
	"name" text NOT NULL,
	"description" text NOT NULL,
	"owner" text NOT NULL,
	"task" text NOT NULL,
	"tags" json NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"archived_at" bigint,
	CONSTRAINT "models_slug_unique" UNIQUE("slug")
);

--> statement-breakpoint
CREATE TABLE "versions" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"number" bigint NOT NULL,
	"description" text NOT NULL,
	"artifact_hash" text NOT NULL,
	"artifact_bytes" bigint NOT NULL,
	"signature" json NOT NULL,
	"lineage" json NOT NULL,
	"reference" json,
	"files" json NOT NULL,
	"importance" json,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL,
	"created_by_name" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "policies" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"revision" bigint NOT NULL,
	"required_approvals" bigint NOT NULL,
	"gates" json NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "promotions" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"version_id" text NOT NULL,
	"environment" text NOT NULL,
	"plan" json NOT NULL,
	"reason" text NOT NULL,
	"status" text NOT NULL,
	"required_approvals" bigint NOT NULL,
	"requested_by" text NOT NULL,
	"requested_by_name" text NOT NULL,
	"requested_at" bigint NOT NULL,
	"decided_at" bigint
);

--> statement-breakpoint
CREATE TABLE "approvals" (
	"id" text PRIMARY KEY NOT NULL,
	"promotion_id" text NOT NULL,
	"user_id" text NOT NULL,
	"user_name" text NOT NULL,
	"decision" text NOT NULL,
	"comment" text NOT NULL,
	"at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "gate_results" (
	"id" text PRIMARY KEY NOT NULL,
	"promotion_id" text NOT NULL,
	"gate" text NOT NULL,
	"verdict" text NOT NULL,
	"sentence" text NOT NULL,
	"evidence" json NOT NULL,
	"at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "releases" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"sequence" bigint NOT NULL,
	"kind" text NOT NULL,
	"promotion_id" text,
	"rollback_to" text,
	"reason" text NOT NULL,
	"started_at" bigint NOT NULL,
	"started_by" text NOT NULL,
	"started_by_name" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "release_arms" (
	"release_id" text NOT NULL,
	"version_id" text NOT NULL,
	"role" text NOT NULL,
	"share_basis_points" bigint NOT NULL,
	CONSTRAINT "release_arms_release_id_version_id_pk" PRIMARY KEY("release_id","version_id")
);

--> statement-breakpoint
CREATE TABLE "guardrails" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"revision" bigint NOT NULL,
	"rules" json NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "predictions" (
	"id" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"model_id" text NOT NULL,
	"version_id" text NOT NULL,
	"release_id" text NOT NULL,
	"environment" text NOT NULL,
	"caller" text NOT NULL,
	"subject" text,
	"request_id" text,
	"inputs" text NOT NULL,
	"label" text,
	"score" double precision,
	"model_score" double precision,
	"extra" json,
	"guardrail" json,
	"latency_micros" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "outcomes" (
	"prediction_id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"version_id" text NOT NULL,
	"value" double precision,
	"label" text,
	"occurred_at" bigint NOT NULL,
	"received_at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "kpi_events" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"version_id" text,
	"prediction_id" text,
	"subject" text,
	"name" text NOT NULL,
	"value" double precision NOT NULL,
	"occurred_at" bigint NOT NULL,
	"received_at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "profiles" (
	"version_id" text NOT NULL,
	"environment" text NOT NULL,
	"hour" bigint NOT NULL,
	"writer" text NOT NULL,
	"model_id" text NOT NULL,
	"rows" bigint NOT NULL,
	"guarded" bigint NOT NULL,
	"profile" "bytea" NOT NULL,
	"latency" "bytea" NOT NULL,
	CONSTRAINT "profiles_version_id_environment_hour_writer_pk" PRIMARY KEY("version_id","environment","hour","writer")
);

--> statement-breakpoint
CREATE TABLE "call_errors" (
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"hour" bigint NOT NULL,
	"code" text NOT NULL,
	"count" bigint NOT NULL,
	CONSTRAINT "call_errors_model_id_environment_hour_code_pk" PRIMARY KEY("model_id","environment","hour","code")
);

--> statement-breakpoint
CREATE TABLE "outcome_tallies" (
	"version_id" text NOT NULL,
	"environment" text NOT NULL,
	"hour" bigint NOT NULL,
	"model_id" text NOT NULL,
	"tally" "bytea" NOT NULL,
	CONSTRAINT "outcome_tallies_version_id_environment_hour_pk" PRIMARY KEY("version_id","environment","hour")
);

--> statement-breakpoint
CREATE TABLE "kpi_tallies" (
	"version_id" text NOT NULL,
	"environment" text NOT NULL,
	"name" text NOT NULL,
	"hour" bigint NOT NULL,
	"model_id" text NOT NULL,
	"count" bigint NOT NULL,
	"sum" double precision NOT NULL,
	"sum_of_squares" double precision NOT NULL,
	CONSTRAINT "kpi_tallies_version_id_environment_name_hour_pk" PRIMARY KEY("version_id","environment","name","hour")
);

--> statement-breakpoint
CREATE TABLE "explanations" (
	"prediction_id" text PRIMARY KEY NOT NULL,
	"method" text NOT NULL,
	"base" double precision NOT NULL,
	"values" json NOT NULL,
	"errors" json NOT NULL,
	"background_hash" text NOT NULL,
	"created_at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "monitors" (
	"id" text PRIMARY KEY NOT NULL,
	"model_id" text NOT NULL,
	"environment" text NOT NULL,
	"rule" json NOT NULL,
	"is_enabled" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "incidents" (
	"id" text PRIMARY KEY NOT NULL,
	"fingerprint" text NOT NULL,
	"model_id" text,
	"environment" text,
	"monitor_id" text,
	"kind" text NOT NULL,
	"severity" text NOT NULL,
	"status" text NOT NULL,
	"title" text NOT NULL,
	"sentence" text NOT NULL,
	"evidence" json NOT NULL,
	"opened_at" bigint NOT NULL,
	"updated_at" bigint NOT NULL,
	"acknowledged_at" bigint,
	"acknowledged_by" text,
	"resolved_at" bigint,
	"resolved_by" text,
	"resolution" text
);

--> statement-breakpoint
CREATE TABLE "channels" (
	"id" text PRIMARY KEY NOT NULL,
	"name" text NOT NULL,
	"settings" json NOT NULL,
	"is_enabled" boolean NOT NULL,
	"created_at" bigint NOT NULL,
	"created_by" text NOT NULL
);

--> statement-breakpoint
CREATE TABLE "deliveries" (
	"id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"incident_id" text NOT NULL,
	"event" text NOT NULL,
	"status" text NOT NULL,
	"attempts" bigint NOT NULL,
	"next_attempt_at" bigint NOT NULL,
	"last_error" text,
	"created_at" bigint NOT NULL,
	"delivered_at" bigint
);

--> statement-breakpoint
CREATE TABLE "schedules" (
	"name" text PRIMARY KEY NOT NULL,
	"pattern" text NOT NULL,
	"next_due_at" bigint NOT NULL,
	"created_at" bigint NOT NULL
);

--> statement-breakpoint
CREATE TABLE "runs" (
	"id" text PRIMARY KEY NOT NULL,
	"schedule" text NOT NULL,
	"trigger" text NOT NULL,
	"started_at" bigint NOT NULL,
	"finished_at" bigint,
	"status" text NOT NULL,
	"summary" json NOT NULL
);

--> statement-breakpoint
ALTER TABLE "versions" ADD CONSTRAINT "versions_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "policies" ADD CONSTRAINT "policies_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "policies" ADD CONSTRAINT "policies_environment_environments_name_fk" FOREIGN KEY ("environment") REFERENCES "public"."environments"("name") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_version_id_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."versions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "promotions" ADD CONSTRAINT "promotions_environment_environments_name_fk" FOREIGN KEY ("environment") REFERENCES "public"."environments"("name") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "approvals" ADD CONSTRAINT "approvals_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "gate_results" ADD CONSTRAINT "gate_results_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_model_id_models_id_fk" FOREIGN KEY ("model_id") REFERENCES "public"."models"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_environment_environments_name_fk" FOREIGN KEY ("environment") REFERENCES "public"."environments"("name") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "releases" ADD CONSTRAINT "releases_promotion_id_promotions_id_fk" FOREIGN KEY ("promotion_id") REFERENCES "public"."promotions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "release_arms" ADD CONSTRAINT "release_arms_release_id_releases_id_fk" FOREIGN KEY ("release_id") REFERENCES "public"."releases"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "release_arms" ADD CONSTRAINT "release_arms_version_id_versions_id_fk" FOREIGN KEY ("version_id") REFERENCES "public"."versions"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_channel_id_channels_id_fk" FOREIGN KEY ("channel_id") REFERENCES "public"."channels"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "deliveries" ADD CONSTRAINT "deliveries_incident_id_incidents_id_fk" FOREIGN KEY ("incident_id") REFERENCES "public"."incidents"("id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE INDEX "sign_in_attempts_key" ON "sign_in_attempts" USING btree ("key","at");
--> statement-breakpoint
CREATE INDEX "audit_events_at" ON "audit_events" USING btree ("at");
--> statement-breakpoint
CREATE INDEX "audit_events_target" ON "audit_events" USING btree ("target_kind","target_id");
--> statement-breakpoint
CREATE INDEX "audit_events_model" ON "audit_events" USING btree ("model_id");
--> statement-breakpoint
CREATE INDEX "audit_events_actor" ON "audit_events" USING btree ("actor_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "versions_number" ON "versions" USING btree ("model_id","number");
--> statement-breakpoint
CREATE INDEX "versions_artifact" ON "versions" USING btree ("artifact_hash");
--> statement-breakpoint
CREATE UNIQUE INDEX "policies_revision" ON "policies" USING btree ("model_id","environment","revision");
--> statement-breakpoint
CREATE INDEX "promotions_model" ON "promotions" USING btree ("model_id","requested_at");
--> statement-breakpoint
CREATE INDEX "promotions_status" ON "promotions" USING btree ("status");
--> statement-breakpoint
CREATE UNIQUE INDEX "approvals_once" ON "approvals" USING btree ("promotion_id","user_id");
--> statement-breakpoint
CREATE INDEX "gate_results_promotion" ON "gate_results" USING btree ("promotion_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "releases_sequence" ON "releases" USING btree ("model_id","environment","sequence");
--> statement-breakpoint
CREATE INDEX "releases_started" ON "releases" USING btree ("model_id","environment","started_at");
--> statement-breakpoint
CREATE UNIQUE INDEX "guardrails_revision" ON "guardrails" USING btree ("model_id","environment","revision");
--> statement-breakpoint
CREATE INDEX "predictions_model" ON "predictions" USING btree ("model_id","at");
--> statement-breakpoint
CREATE INDEX "predictions_subject" ON "predictions" USING btree ("subject");
--> statement-breakpoint
CREATE INDEX "outcomes_model" ON "outcomes" USING btree ("model_id","occurred_at");
--> statement-breakpoint
CREATE INDEX "kpi_events_model" ON "kpi_events" USING btree ("model_id","name","occurred_at");
--> statement-breakpoint
CREATE INDEX "profiles_model" ON "profiles" USING btree ("model_id","environment","hour");
--> statement-breakpoint
CREATE INDEX "outcome_tallies_model" ON "outcome_tallies" USING btree ("model_id","hour");
--> statement-breakpoint
CREATE INDEX "kpi_tallies_model" ON "kpi_tallies" USING btree ("model_id","hour");
--> statement-breakpoint
CREATE INDEX "monitors_model" ON "monitors" USING btree ("model_id");
--> statement-breakpoint
CREATE UNIQUE INDEX "incidents_unresolved" ON "incidents" USING btree ("fingerprint") WHERE status <> 'resolved';
--> statement-breakpoint
CREATE INDEX "incidents_model" ON "incidents" USING btree ("model_id","opened_at");
--> statement-breakpoint
CREATE INDEX "incidents_status" ON "incidents" USING btree ("status");
--> statement-breakpoint
CREATE INDEX "deliveries_waiting" ON "deliveries" USING btree ("status","next_attempt_at");
--> statement-breakpoint
CREATE INDEX "runs_schedule" ON "runs" USING btree ("schedule","started_at");
