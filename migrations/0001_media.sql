CREATE TABLE `files` (
	`sha256` text PRIMARY KEY NOT NULL,
	`size` integer NOT NULL,
	`mime` text NOT NULL,
	`kept_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `files_kept` ON `files` (`kept_at`);--> statement-breakpoint
DROP INDEX `media_links_pair`;--> statement-breakpoint
ALTER TABLE `media_links` ADD `role` text DEFAULT 'whole' NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX `media_links_role` ON `media_links` (`attachment_id`,`delivery_id`,`role`);--> statement-breakpoint
CREATE INDEX `media_links_file` ON `media_links` (`sha256`,`expires_at`) WHERE revoked_at is null;--> statement-breakpoint
DROP INDEX `deliveries_once`;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `part` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `parts` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `revoked_at` integer;--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`workspace_id`,`source_message`,`person_id`,`part`);--> statement-breakpoint
ALTER TABLE `attachments` ADD `width` integer;--> statement-breakpoint
ALTER TABLE `attachments` ADD `height` integer;--> statement-breakpoint
ALTER TABLE `attachments` ADD `preview_sha256` text;--> statement-breakpoint
ALTER TABLE `attachments` ADD `preview_size` integer;--> statement-breakpoint
ALTER TABLE `attachments` ADD `preview_mime` text;--> statement-breakpoint
ALTER TABLE `attachments` ADD `drive_file_id` integer;--> statement-breakpoint
ALTER TABLE `attachments` ADD `drive_detail_url` text;--> statement-breakpoint
ALTER TABLE `attachments` ADD `drive_external_url` blob;--> statement-breakpoint
ALTER TABLE `attachments` ADD `drive_removed` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `attachments_file` ON `attachments` (`sha256`) WHERE sha256 is not null;--> statement-breakpoint
CREATE INDEX `attachments_preview` ON `attachments` (`preview_sha256`) WHERE preview_sha256 is not null;--> statement-breakpoint
CREATE INDEX `attachments_drive` ON `attachments` (`notification_id`) WHERE drive_file_id is not null and drive_removed = 0;--> statement-breakpoint
ALTER TABLE `notifications` ADD `places` text;--> statement-breakpoint
CREATE INDEX `workspaces_host` ON `workspaces` (`host`);--> statement-breakpoint
INSERT INTO `files` (`sha256`, `size`, `mime`, `kept_at`)
SELECT a.`sha256`, min(a.`kept_size`), min(a.`kept_mime`), max(n.`created_at`)
FROM `attachments` a JOIN `notifications` n ON n.`id` = a.`notification_id`
WHERE a.`sha256` IS NOT NULL AND a.`kept_size` IS NOT NULL AND a.`kept_mime` IS NOT NULL
GROUP BY a.`sha256`;
