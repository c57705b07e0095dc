ALTER TABLE `notifications` ADD `forgotten_at` integer;--> statement-breakpoint
ALTER TABLE `notifications` ADD `forget_soon` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `notifications_kept` ON `notifications` (`workspace_id`,`created_at`) WHERE forgotten_at is null;--> statement-breakpoint
CREATE INDEX `notifications_forget` ON `notifications` (`id`) WHERE forget_soon = 1 and forgotten_at is null;--> statement-breakpoint
ALTER TABLE `groups` ADD `department_id` integer;--> statement-breakpoint
ALTER TABLE `persons` ADD `left_at` integer;--> statement-breakpoint
ALTER TABLE `inbox` ADD `given_up` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `inbox_given_up` ON `inbox` (`done_at`) WHERE given_up = 1;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `capabilities` text;--> statement-breakpoint
ALTER TABLE `workspaces` ADD `people_checked_at` integer;--> statement-breakpoint
CREATE TRIGGER `audit_stays` BEFORE DELETE ON `audit`
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_unchanged` BEFORE UPDATE ON `audit`
WHEN NOT EXISTS (SELECT 1 FROM `meta` WHERE `key` = 'erasing')
  OR NEW.`id` <> OLD.`id` OR NEW.`at` <> OLD.`at` OR NEW.`action` <> OLD.`action`
  OR NEW.`workspace_id` IS NOT OLD.`workspace_id`
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
