ALTER TABLE "explanations" ADD COLUMN "scale" text NOT NULL;
--> statement-breakpoint
ALTER TABLE "explanations" ADD COLUMN "permutations" bigint NOT NULL;
