CREATE TABLE `attachments` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`notification_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`kind` text NOT NULL,
	`name` text NOT NULL,
	`mime` text,
	`size` integer,
	`spoiler` integer NOT NULL,
	`source` blob NOT NULL,
	`state` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`sha256` text,
	`kept_size` integer,
	`kept_mime` text,
	`reason` text,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `attachments_uid_unique` ON `attachments` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `attachments_ordinal` ON `attachments` (`notification_id`,`ordinal`);--> statement-breakpoint
CREATE INDEX `attachments_pending` ON `attachments` (`due_at`,`id`) WHERE state = 'pending';--> statement-breakpoint
CREATE TABLE `attempts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`delivery_id` integer NOT NULL,
	`at` integer NOT NULL,
	`outcome` text NOT NULL,
	`code` text NOT NULL,
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `attempts_delivery` ON `attempts` (`delivery_id`);--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`notification_id` integer NOT NULL,
	`workspace_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	`bitrix_id` integer NOT NULL,
	`source_message` text NOT NULL,
	`source_chat` text NOT NULL,
	`tag` text NOT NULL,
	`sub_tag` text NOT NULL,
	`state` text NOT NULL,
	`verdict` text,
	`code` text,
	`portal_notification_id` integer,
	`attempts` integer DEFAULT 0 NOT NULL,
	`doubtful` integer DEFAULT false NOT NULL,
	`due_at` integer NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`settled_at` integer,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deliveries_settled" CHECK((state = 'settled') = (verdict is not null))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `deliveries_once` ON `deliveries` (`workspace_id`,`source_message`,`person_id`);--> statement-breakpoint
CREATE INDEX `deliveries_notification` ON `deliveries` (`notification_id`);--> statement-breakpoint
CREATE INDEX `deliveries_person` ON `deliveries` (`person_id`);--> statement-breakpoint
CREATE INDEX `deliveries_unsettled` ON `deliveries` (`workspace_id`,`person_id`,`id`) WHERE state <> 'settled';--> statement-breakpoint
CREATE INDEX `deliveries_queued` ON `deliveries` (`workspace_id`,`due_at`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_fair` ON `deliveries` (`workspace_id`,`source_chat`,`id`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_overdue` ON `deliveries` (`expires_at`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_sending` ON `deliveries` (`id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `deliveries_media` ON `deliveries` (`workspace_id`,`id`) WHERE state = 'media';--> statement-breakpoint
CREATE TABLE `media_links` (
	`hash` text PRIMARY KEY NOT NULL,
	`capability` blob NOT NULL,
	`attachment_id` integer NOT NULL,
	`delivery_id` integer NOT NULL,
	`sha256` text NOT NULL,
	`name` text NOT NULL,
	`mime` text NOT NULL,
	`size` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`revoked_at` integer,
	FOREIGN KEY (`attachment_id`) REFERENCES `attachments`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`delivery_id`) REFERENCES `deliveries`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `media_links_pair` ON `media_links` (`attachment_id`,`delivery_id`);--> statement-breakpoint
CREATE INDEX `media_links_delivery` ON `media_links` (`delivery_id`);--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`trace` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`message_id` text NOT NULL,
	`sender_user_id` text NOT NULL,
	`sender_name` text NOT NULL,
	`origin` text NOT NULL,
	`link` text,
	`text` text NOT NULL,
	`tag` text,
	`sender_note` text,
	`sender_language` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `notifications_trace_unique` ON `notifications` (`trace`);--> statement-breakpoint
CREATE INDEX `notifications_source` ON `notifications` (`platform`,`chat_id`,`message_id`);--> statement-breakpoint
CREATE INDEX `notifications_sender` ON `notifications` (`platform`,`sender_user_id`,`id`);--> statement-breakpoint
CREATE INDEX `notifications_workspace` ON `notifications` (`workspace_id`);--> statement-breakpoint
CREATE INDEX `notifications_tagged` ON `notifications` (`platform`,`chat_id`,`id`) WHERE tag is not null;--> statement-breakpoint
CREATE TABLE `accounts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	`platform` text NOT NULL,
	`user_id` text,
	`username` text,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE cascade,
	CONSTRAINT "accounts_known" CHECK(user_id is not null or username is not null)
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_user` ON `accounts` (`platform`,`user_id`,`workspace_id`);--> statement-breakpoint
CREATE UNIQUE INDEX `accounts_username` ON `accounts` (`platform`,`username`,`workspace_id`);--> statement-breakpoint
CREATE INDEX `accounts_person` ON `accounts` (`person_id`);--> statement-breakpoint
CREATE TABLE `group_members` (
	`group_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	PRIMARY KEY(`group_id`, `person_id`),
	FOREIGN KEY (`group_id`) REFERENCES `groups`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `group_members_person` ON `group_members` (`person_id`);--> statement-breakpoint
CREATE TABLE `groups` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer NOT NULL,
	`name` text NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `groups_name` ON `groups` (`workspace_id`,`name`);--> statement-breakpoint
CREATE TABLE `persons` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer NOT NULL,
	`bitrix_id` integer NOT NULL,
	`name` text,
	`email` text,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `persons_bitrix` ON `persons` (`workspace_id`,`bitrix_id`);--> statement-breakpoint
CREATE INDEX `persons_name` ON `persons` (`workspace_id`,`name`);--> statement-breakpoint
CREATE INDEX `persons_email` ON `persons` (`workspace_id`,`email`);--> statement-breakpoint
CREATE TABLE `sightings` (
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`user_id` text NOT NULL,
	`username` text,
	`name` text NOT NULL,
	`seen_at` integer NOT NULL,
	PRIMARY KEY(`platform`, `chat_id`, `user_id`)
) STRICT;
--> statement-breakpoint
CREATE INDEX `sightings_username` ON `sightings` (`platform`,`username`);--> statement-breakpoint
CREATE TABLE `cursors` (
	`channel_id` text PRIMARY KEY NOT NULL,
	`message_id` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `inbox` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`platform` text NOT NULL,
	`external_id` text NOT NULL,
	`payload` blob,
	`album_key` text,
	`received_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`done_at` integer
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_uid_unique` ON `inbox` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `inbox_external` ON `inbox` (`platform`,`external_id`);--> statement-breakpoint
CREATE INDEX `inbox_undone` ON `inbox` (`platform`,`id`) WHERE done_at is null;--> statement-breakpoint
CREATE INDEX `inbox_undone_due` ON `inbox` (`platform`,`due_at`) WHERE done_at is null;--> statement-breakpoint
CREATE INDEX `inbox_album` ON `inbox` (`album_key`,`id`) WHERE album_key is not null and payload is not null;--> statement-breakpoint
CREATE INDEX `inbox_kept` ON `inbox` (`done_at`) WHERE done_at is not null and payload is not null;--> statement-breakpoint
CREATE TABLE `paces` (
	`host` text PRIMARY KEY NOT NULL,
	`level` real NOT NULL,
	`at` integer NOT NULL,
	`blocked_until` integer NOT NULL,
	`refusals` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `receipts` (
	`slot` text PRIMARY KEY NOT NULL,
	`uid` text NOT NULL,
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`message_id` text,
	`user_id` text,
	`interaction` blob,
	`wish` text NOT NULL,
	`version` integer NOT NULL,
	`shown_version` integer DEFAULT 0 NOT NULL,
	`shown_mark` text,
	`posted_id` text,
	`post` text DEFAULT 'none' NOT NULL,
	`words_only` integer DEFAULT false NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `receipts_uid_unique` ON `receipts` (`uid`);--> statement-breakpoint
CREATE INDEX `receipts_unshown` ON `receipts` (`platform`,`due_at`) WHERE version > shown_version;--> statement-breakpoint
CREATE INDEX `receipts_chat` ON `receipts` (`platform`,`chat_id`);--> statement-breakpoint
CREATE TABLE `admins` (
	`workspace_id` integer NOT NULL,
	`platform` text NOT NULL,
	`user_id` text NOT NULL,
	PRIMARY KEY(`workspace_id`, `platform`, `user_id`),
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`workspace_id` integer,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL
) STRICT;
--> statement-breakpoint
CREATE INDEX `audit_workspace` ON `audit` (`workspace_id`,`id`);--> statement-breakpoint
CREATE TABLE `chats` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer NOT NULL,
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`senders` text NOT NULL,
	`tag_scope` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `chats_place` ON `chats` (`platform`,`chat_id`,`thread_id`);--> statement-breakpoint
CREATE INDEX `chats_workspace` ON `chats` (`workspace_id`);--> statement-breakpoint
CREATE TABLE `meta` (
	`key` text PRIMARY KEY NOT NULL,
	`value` blob NOT NULL
) STRICT;
--> statement-breakpoint
CREATE TABLE `method_rests` (
	`workspace_id` integer NOT NULL,
	`method` text NOT NULL,
	`until` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `method`),
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `workspaces` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`name` text NOT NULL,
	`host` text NOT NULL,
	`credentials` blob NOT NULL,
	`settings` text NOT NULL,
	`tags` text NOT NULL,
	`probed_at` integer,
	`suspended_code` text,
	`suspended_reason` text,
	`suspended_at` integer,
	`last_notification_id` integer,
	`admin_platform` text,
	`admin_chat_id` text,
	`admin_thread_id` text,
	`created_at` integer NOT NULL
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_uid_unique` ON `workspaces` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `workspaces_name_unique` ON `workspaces` (`name`);