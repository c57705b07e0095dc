CREATE TABLE `alerts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`hook_id` integer NOT NULL,
	`delivery` text NOT NULL,
	`payload` blob,
	`attempts` integer DEFAULT 0 NOT NULL,
	`received_at` integer NOT NULL,
	`due_at` integer NOT NULL,
	`done_at` integer,
	FOREIGN KEY (`hook_id`) REFERENCES `hooks`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_uid_unique` ON `alerts` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `alerts_delivery` ON `alerts` (`hook_id`,`delivery`);--> statement-breakpoint
CREATE INDEX `alerts_due` ON `alerts` (`due_at`,`id`) WHERE done_at is null;--> statement-breakpoint
CREATE INDEX `alerts_done` ON `alerts` (`done_at`) WHERE done_at is not null;--> statement-breakpoint
CREATE TABLE `api_requests` (
	`hook_id` integer NOT NULL,
	`idempotency_key` text NOT NULL,
	`body_hash` text NOT NULL,
	`notification_id` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`hook_id`, `idempotency_key`),
	FOREIGN KEY (`hook_id`) REFERENCES `hooks`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `api_requests_old` ON `api_requests` (`created_at`);--> statement-breakpoint
CREATE TABLE `echoes` (
	`workspace_id` integer NOT NULL,
	`hash` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `hash`),
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `echoes_old` ON `echoes` (`at`);--> statement-breakpoint
CREATE TABLE `hooks` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`name` text NOT NULL,
	`kind` text NOT NULL,
	`key_hash` text NOT NULL,
	`secret` blob,
	`mapping` text,
	`created_at` integer NOT NULL,
	`used_at` integer,
	`revoked_at` integer,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `hooks_uid_unique` ON `hooks` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `hooks_key_hash_unique` ON `hooks` (`key_hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `hooks_name` ON `hooks` (`workspace_id`,`name`);--> statement-breakpoint
CREATE TABLE `incident_persons` (
	`incident_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	`told_version` integer DEFAULT 0 NOT NULL,
	`held` text,
	`held_until` integer,
	PRIMARY KEY(`incident_id`, `person_id`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `incident_persons_person` ON `incident_persons` (`person_id`);--> statement-breakpoint
CREATE INDEX `incident_persons_held` ON `incident_persons` (`held_until`) WHERE held_until is not null;--> statement-breakpoint
CREATE TABLE `incident_sources` (
	`incident_id` integer NOT NULL,
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`message_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`platform`, `chat_id`, `message_id`, `incident_id`),
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `incident_sources_incident` ON `incident_sources` (`incident_id`);--> statement-breakpoint
CREATE INDEX `incident_sources_old` ON `incident_sources` (`at`);--> statement-breakpoint
CREATE TABLE `incidents` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`rule_id` integer NOT NULL,
	`key_hash` text NOT NULL,
	`status` text NOT NULL,
	`severity` text NOT NULL,
	`count` integer NOT NULL,
	`version` integer NOT NULL,
	`alert` blob,
	`state` text NOT NULL,
	`timer_at` integer,
	`opened_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`acknowledged_at` integer,
	`acknowledged_by` text,
	`acknowledged_person_id` integer,
	`resolved_at` integer,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`rule_id`) REFERENCES `rules`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`acknowledged_person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE set null
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `incidents_uid_unique` ON `incidents` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `incidents_open` ON `incidents` (`rule_id`,`key_hash`) WHERE status <> 'resolved';--> statement-breakpoint
CREATE INDEX `incidents_workspace` ON `incidents` (`workspace_id`,`status`,`id`);--> statement-breakpoint
CREATE INDEX `incidents_rule` ON `incidents` (`rule_id`,`opened_at`);--> statement-breakpoint
CREATE INDEX `incidents_timer` ON `incidents` (`timer_at`) WHERE timer_at is not null;--> statement-breakpoint
CREATE INDEX `incidents_updated` ON `incidents` (`updated_at`);--> statement-breakpoint
CREATE TABLE `overrides` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`rotation_id` integer NOT NULL,
	`person_id` integer NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`rotation_id`) REFERENCES `rotations`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `overrides_rotation` ON `overrides` (`rotation_id`,`ends_at`);--> statement-breakpoint
CREATE INDEX `overrides_person` ON `overrides` (`person_id`);--> statement-breakpoint
CREATE TABLE `posts` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`incident_id` integer NOT NULL,
	`platform` text NOT NULL,
	`chat_id` text NOT NULL,
	`thread_id` text NOT NULL,
	`webhook` blob,
	`version` integer NOT NULL,
	`shown_version` integer DEFAULT 0 NOT NULL,
	`post` text DEFAULT 'none' NOT NULL,
	`message_ids` text NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`incident_id`) REFERENCES `incidents`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `posts_uid_unique` ON `posts` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `posts_place` ON `posts` (`incident_id`,`platform`,`chat_id`,`thread_id`);--> statement-breakpoint
CREATE INDEX `posts_due` ON `posts` (`platform`,`due_at`) WHERE version > shown_version;--> statement-breakpoint
CREATE INDEX `posts_chat` ON `posts` (`platform`,`chat_id`);--> statement-breakpoint
CREATE TABLE `quiet_hours` (
	`person_id` integer PRIMARY KEY NOT NULL,
	`time_zone` text NOT NULL,
	`from_minute` integer NOT NULL,
	`until_minute` integer NOT NULL,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE TABLE `rotation_members` (
	`rotation_id` integer NOT NULL,
	`ordinal` integer NOT NULL,
	`person_id` integer NOT NULL,
	PRIMARY KEY(`rotation_id`, `ordinal`),
	FOREIGN KEY (`rotation_id`) REFERENCES `rotations`(`id`) ON UPDATE no action ON DELETE cascade,
	FOREIGN KEY (`person_id`) REFERENCES `persons`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `rotation_members_person` ON `rotation_members` (`person_id`);--> statement-breakpoint
CREATE TABLE `rotations` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`workspace_id` integer NOT NULL,
	`name` text NOT NULL,
	`time_zone` text NOT NULL,
	`period` text NOT NULL,
	`handover_minute` integer NOT NULL,
	`start_date` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rotations_name` ON `rotations` (`workspace_id`,`name`);--> statement-breakpoint
CREATE TABLE `rules` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`name` text NOT NULL,
	`position` integer NOT NULL,
	`enabled` integer DEFAULT true NOT NULL,
	`source_key` text NOT NULL,
	`definition` blob NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `rules_uid_unique` ON `rules` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `rules_name` ON `rules` (`workspace_id`,`name`);--> statement-breakpoint
CREATE INDEX `rules_source` ON `rules` (`source_key`);--> statement-breakpoint
CREATE TABLE `silences` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`workspace_id` integer NOT NULL,
	`matcher` blob NOT NULL,
	`created_by` text NOT NULL,
	`created_at` integer NOT NULL,
	`ends_at` integer NOT NULL,
	`ended_at` integer,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `silences_uid_unique` ON `silences` (`uid`);--> statement-breakpoint
CREATE INDEX `silences_live` ON `silences` (`workspace_id`,`ends_at`);--> statement-breakpoint
ALTER TABLE `notifications` ADD `incident_id` integer REFERENCES incidents(id) ON UPDATE no action ON DELETE set null;--> statement-breakpoint
ALTER TABLE `notifications` ADD `facts` text;--> statement-breakpoint
CREATE INDEX `notifications_incident` ON `notifications` (`incident_id`) WHERE incident_id is not null;