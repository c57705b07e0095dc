ALTER TABLE `paces` ADD `ahead_least` real DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `ahead_most` real DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `ahead_heard` integer DEFAULT 0 NOT NULL;