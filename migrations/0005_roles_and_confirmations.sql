CREATE TABLE `confirmations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`user_id` text NOT NULL,
	`slot` text NOT NULL,
	`plan` blob NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `confirmations_uid_unique` ON `confirmations` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `confirmations_asker` ON `confirmations` (`platform`,`chat_id`,`thread_id`,`user_id`);--> statement-breakpoint
CREATE INDEX `confirmations_expiry` ON `confirmations` (`expires_at`);--> statement-breakpoint
CREATE INDEX `confirmations_workspace` ON `confirmations` (`workspace_id`);--> statement-breakpoint
ALTER TABLE `admins` ADD `role` text DEFAULT 'admin' NOT NULL;