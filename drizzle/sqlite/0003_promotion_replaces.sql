ALTER TABLE `promotions` ADD `replaces` text;
