CREATE TABLE `tallies` (
	`workspace_id` integer NOT NULL,
	`what` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`workspace_id`, `what`),
	FOREIGN KEY (`workspace_id`) REFERENCES `workspaces`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
ALTER TABLE `inbox` ADD `trace` text;
--> statement-breakpoint
INSERT INTO `tallies` SELECT `workspace_id`, 'notifications', count(*) FROM `notifications` GROUP BY `workspace_id`;
--> statement-breakpoint
INSERT INTO `tallies` SELECT `workspace_id`, 'deliveries', count(*) FROM `deliveries` GROUP BY `workspace_id`;
--> statement-breakpoint
INSERT INTO `tallies` SELECT `workspace_id`, `verdict`, count(*) FROM `deliveries` WHERE `verdict` IS NOT NULL GROUP BY `workspace_id`, `verdict`;
--> statement-breakpoint
CREATE TRIGGER `notifications_counted` AFTER INSERT ON `notifications`
BEGIN INSERT INTO `tallies` (`workspace_id`, `what`, `count`) VALUES (NEW.`workspace_id`, 'notifications', 1)
  ON CONFLICT (`workspace_id`, `what`) DO UPDATE SET `count` = `count` + 1; END;
--> statement-breakpoint
CREATE TRIGGER `deliveries_counted` AFTER INSERT ON `deliveries`
BEGIN INSERT INTO `tallies` (`workspace_id`, `what`, `count`) VALUES (NEW.`workspace_id`, 'deliveries', 1)
  ON CONFLICT (`workspace_id`, `what`) DO UPDATE SET `count` = `count` + 1; END;
--> statement-breakpoint
CREATE TRIGGER `verdicts_counted` AFTER UPDATE OF `verdict` ON `deliveries`
WHEN NEW.`verdict` IS NOT NULL AND NEW.`verdict` IS NOT OLD.`verdict`
BEGIN INSERT INTO `tallies` (`workspace_id`, `what`, `count`) VALUES (NEW.`workspace_id`, NEW.`verdict`, 1)
  ON CONFLICT (`workspace_id`, `what`) DO UPDATE SET `count` = `count` + 1; END;
--> statement-breakpoint
CREATE TRIGGER `replays_counted` AFTER UPDATE OF `verdict` ON `deliveries`
WHEN NEW.`verdict` IS NULL AND OLD.`verdict` IS NOT NULL
BEGIN INSERT INTO `tallies` (`workspace_id`, `what`, `count`) VALUES (NEW.`workspace_id`, 'replayed', 1)
  ON CONFLICT (`workspace_id`, `what`) DO UPDATE SET `count` = `count` + 1; END;