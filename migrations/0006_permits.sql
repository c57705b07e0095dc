CREATE TABLE `permits` (
	`hash` text PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`workspace_id` integer,
	`expires_at` integer NOT NULL,
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE INDEX `permits_workspace` ON `permits` (`workspace_id`);