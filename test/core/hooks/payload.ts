import { readFileSync } from "node:fs";

/** A request as its sender writes it, by the name of its file. */
export const payload = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`./payloads/${name}.json`, import.meta.url), "utf8"));
