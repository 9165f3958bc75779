ALTER TABLE "promotions" ADD COLUMN "replaces" text;
--> statement-breakpoint
create trigger promotions_replaces_fixed before update of replaces on promotions for each row execute function refuse_change('a promotion request cannot be changed');
