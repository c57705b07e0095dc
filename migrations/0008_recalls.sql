ALTER TABLE `deliveries` ADD `recall` text;--> statement-breakpoint
ALTER TABLE `deliveries` ADD `replaces` integer;--> statement-breakpoint
CREATE INDEX `deliveries_tagged` ON `deliveries` (`workspace_id`,`tag`,`id`) WHERE substr(tag, 1, 6) <> 'h24.m.';--> statement-breakpoint
ALTER TABLE `notifications` ADD `recall_ask` text;