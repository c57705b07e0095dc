DROP INDEX `deliveries_unsettled`;--> statement-breakpoint
DROP INDEX `deliveries_sending`;--> statement-breakpoint
CREATE INDEX `deliveries_lane` ON `deliveries` (`workspace_id`,`person_id`,`priority`,`id`) WHERE state = 'queued';--> statement-breakpoint
CREATE INDEX `deliveries_busy` ON `deliveries` (`workspace_id`,`person_id`) WHERE state = 'sending';--> statement-breakpoint
CREATE INDEX `deliveries_unsettled` ON `deliveries` (`workspace_id`,`person_id`,`id`) WHERE state <> 'settled';--> statement-breakpoint
CREATE INDEX `deliveries_sending` ON `deliveries` (`id`) WHERE state = 'sending';