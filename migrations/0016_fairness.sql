CREATE TABLE `rates` (
	`key` text PRIMARY KEY NOT NULL,
	`full_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `rates_full` ON `rates` (`full_at`);--> statement-breakpoint
DROP INDEX `inbox_undone`;--> statement-breakpoint
ALTER TABLE `inbox` ADD `lane` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `inbox` ADD `shed` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `inbox_undone_lanes` ON `inbox` (`platform`,`lane`,`id`,`due_at`) WHERE done_at is null;