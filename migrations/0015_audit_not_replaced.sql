CREATE TRIGGER `audit_not_replaced` BEFORE INSERT ON `audit`
WHEN EXISTS (SELECT 1 FROM `audit` WHERE `id` = NEW.`id`)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
