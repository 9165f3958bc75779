ALTER TABLE "promotions" ADD COLUMN "replaces" text;
