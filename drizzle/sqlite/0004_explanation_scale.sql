ALTER TABLE `explanations` ADD `scale` text NOT NULL;
--> statement-breakpoint
ALTER TABLE `explanations` ADD `permutations` integer NOT NULL;
