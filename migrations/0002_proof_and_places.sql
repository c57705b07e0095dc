PRAGMA foreign_keys=OFF;--> statement-breakpoint
CREATE TABLE `__new_sightings` (
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`user_id` text NOT NULL,
	`username` text,
	`name` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`platform`, `chat_id`, `thread_id`, `user_id`)
) STRICT;
--> statement-breakpoint
INSERT INTO `__new_sightings`("platform", "chat_id", "thread_id", "user_id", "username", "name", "seen_at") SELECT "platform", "chat_id", '', "user_id", "username", "name", "seen_at" FROM `sightings`;--> statement-breakpoint
DROP TABLE `sightings`;--> statement-breakpoint
ALTER TABLE `__new_sightings` RENAME TO `sightings`;--> statement-breakpoint
PRAGMA foreign_keys=ON;--> statement-breakpoint
CREATE INDEX `sightings_username` ON `sightings` (`platform`,`username`);--> statement-breakpoint
ALTER TABLE `accounts` ADD `proof` text;