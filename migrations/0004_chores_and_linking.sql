CREATE TABLE `chores` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`kind` text NOT NULL,
	`work` blob NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `chores_uid_unique` ON `chores` (`uid`);--> statement-breakpoint
CREATE INDEX `chores_due` ON `chores` (`due_at`,`id`);--> statement-breakpoint
CREATE TABLE `link_attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`platform` text NOT NULL,
	`user_id` text NOT NULL,
	`stage` text NOT NULL,
	`token_hash` text,
	`code_hash` text,
	`bitrix_id` integer,
	`person_name` text,
	`tries` integer DEFAULT 0 NOT NULL,
	`expires_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`claimed_at` integer,
	`sent_at` integer,
	`ended` text,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `link_attempts_uid_unique` ON `link_attempts` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `link_attempts_token_hash_unique` ON `link_attempts` (`token_hash`);--> statement-breakpoint
CREATE INDEX `link_attempts_account` ON `link_attempts` (`platform`,`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `link_attempts_claimed` ON `link_attempts` (`workspace_id`,`claimed_at`) WHERE claimed_at is not null;--> statement-breakpoint
CREATE INDEX `link_attempts_person` ON `link_attempts` (`workspace_id`,`bitrix_id`,`sent_at`) WHERE sent_at is not null;--> statement-breakpoint
CREATE INDEX `link_attempts_old` ON `link_attempts` (`created_at`);--> statement-breakpoint
ALTER TABLE `notifications` ADD `secret` blob;--> statement-breakpoint
CREATE INDEX `notifications_secret` ON `notifications` (`expires_at`) WHERE secret is not null;