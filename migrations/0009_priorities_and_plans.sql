DROP INDEX `deliveries_unsettled`;--> statement-breakpoint
DROP INDEX `deliveries_fair`;--> statement-breakpoint
DROP INDEX `deliveries_sending`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `priority` text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
CREATE INDEX `deliveries_held` ON `deliveries` (`workspace_id`,`person_id`,`due_at`) WHERE state <> 'settled';--> statement-breakpoint
CREATE INDEX `deliveries_unsettled` ON `deliveries` (`workspace_id`,`person_id`,`priority`,`id`) WHERE state <> 'settled';--> statement-breakpoint
CREATE INDEX `deliveries_fair` ON `deliveries` (`workspace_id`,`priority`,`source_chat`,`id`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_sending` ON `deliveries` (`workspace_id`,`person_id`) WHERE state = 'sending';--> statement-breakpoint
ALTER TABLE `notifications` ADD `priority` text DEFAULT 'normal' NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `refused_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `size` real DEFAULT 48 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `drain_per_second` real DEFAULT 2 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `lent` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `trial_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `failed_trials` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `admitted` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `failures` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `failed_at` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `round_trip` real DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `paces` ADD `per_call` real DEFAULT 0 NOT NULL;