/*
 * Columns that several tables share. Times are epoch milliseconds.
 * Every table is STRICT, so that a column holds what it says: after `drizzle-kit generate` write STRICT behind each new
 * CREATE TABLE by hand, since drizzle cannot say it; a test holds it.
 */
import { blob, customType, integer, text } from "drizzle-orm/sqlite-core";

export const platform = (name = "platform") => text(name, { enum: ["telegram", "discord"] }).notNull();

/** Never given out twice, even after the newest row was removed. */
export const id = () => integer("id").primaryKey({ autoIncrement: true });

/** Random row key that ciphertext is bound to: known before the row is written, and not repeated by a restored database. */
export const uid = () => text("uid").notNull().unique();

export const ciphertext = (name: string) => blob(name, { mode: "buffer" });

/** A point in time. Pauses with jitter have fractions, which a STRICT column refuses: rounded up, nothing comes early. */
export const moment = customType<{ data: number; driverData: number }>({
  dataType: () => "integer",
  toDriver: (time) => Math.ceil(time),
});
