ALTER TABLE `promotions` ADD `replaces` text;
--> statement-breakpoint
create trigger promotions_replaces_fixed before update of replaces on promotions
begin select raise(abort, 'a promotion request cannot be changed'); end;
