CREATE TABLE `post_files` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`uid` text NOT NULL,
	`post_id` integer NOT NULL,
	`key` text NOT NULL,
	`state` text NOT NULL,
	`file` blob,
	`since` integer,
	`message_id` text,
	`reason` text,
	`hash` text,
	`capability` blob,
	`sha256` text,
	`name` text,
	`mime` text,
	`size` integer,
	`expires_at` integer,
	FOREIGN KEY (`post_id`) REFERENCES `posts`(`id`) ON UPDATE no action ON DELETE cascade
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `post_files_uid_unique` ON `post_files` (`uid`);--> statement-breakpoint
CREATE UNIQUE INDEX `post_files_hash_unique` ON `post_files` (`hash`);--> statement-breakpoint
CREATE UNIQUE INDEX `post_files_key` ON `post_files` (`post_id`,`key`);--> statement-breakpoint
CREATE INDEX `post_files_kept` ON `post_files` (`sha256`,`expires_at`) WHERE sha256 is not null;--> statement-breakpoint
INSERT INTO `post_files` (`uid`, `post_id`, `key`, `state`, `message_id`)
	SELECT lower(hex(randomblob(16))), p.`id`, 'former:' || e.`key`, 'said', e.`value` FROM `posts` p, json_each(p.`message_ids`) e
	WHERE e.`value` GLOB '[0-9]*' AND e.`key` > (SELECT min(b.`key`) FROM json_each(p.`message_ids`) b WHERE b.`value` = '');--> statement-breakpoint
UPDATE `posts` SET `message_ids` = (SELECT json_group_array(t.`value`) FROM (SELECT e.`value` FROM json_each(`posts`.`message_ids`) e
		WHERE e.`key` < (SELECT min(b.`key`) FROM json_each(`posts`.`message_ids`) b WHERE b.`value` = '') ORDER BY e.`key`) t)
	WHERE EXISTS (SELECT 1 FROM json_each(`posts`.`message_ids`) b WHERE b.`value` = '');
