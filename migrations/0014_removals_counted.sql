DROP TRIGGER `verdicts_counted`;
--> statement-breakpoint
DROP TRIGGER `replays_counted`;
--> statement-breakpoint
CREATE TRIGGER `verdicts_counted` AFTER UPDATE OF `verdict` ON `deliveries`
WHEN NEW.`verdict` IS NOT NULL AND NEW.`verdict` IS NOT OLD.`verdict`
  AND (NEW.`recall` IS NOT 'begun' OR NEW.`verdict` = 'recalled')
BEGIN INSERT INTO `tallies` (`workspace_id`, `what`, `count`) VALUES (NEW.`workspace_id`, NEW.`verdict`, 1)
  ON CONFLICT (`workspace_id`, `what`) DO UPDATE SET `count` = `count` + 1; END;
--> statement-breakpoint
CREATE TRIGGER `replays_counted` AFTER UPDATE OF `verdict` ON `deliveries`
WHEN NEW.`verdict` IS NULL AND OLD.`verdict` IS NOT NULL AND NEW.`recall` IS NULL
BEGIN INSERT INTO `tallies` (`workspace_id`, `what`, `count`) VALUES (NEW.`workspace_id`, 'replayed', 1)
  ON CONFLICT (`workspace_id`, `what`) DO UPDATE SET `count` = `count` + 1; END;
