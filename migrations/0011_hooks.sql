DROP INDEX `hooks_name`;--> statement-breakpoint
CREATE UNIQUE INDEX `hooks_name` ON `hooks` (`workspace_id`,`name`) WHERE revoked_at is null;--> statement-breakpoint
CREATE INDEX `alerts_waiting` ON `alerts` (`hook_id`) WHERE done_at is null;