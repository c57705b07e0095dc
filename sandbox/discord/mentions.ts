import { z } from "zod";
import type { Json, Mentioned, User } from "./model.ts";
import { formRefusal, isObject } from "./refusals.ts";
import type { World } from "./world.ts";

export const allowedMentionsForm = z.looseObject({
  parse: z.array(z.enum(["users", "roles", "everyone"])).nullish(),
  users: z.array(z.string()).max(100).nullish(),
  roles: z.array(z.string()).max(100).nullish(),
  replied_user: z.boolean().nullish(),
});
export type AllowedMentions = z.output<typeof allowedMentionsForm>;

/** What a text names: Discord ignores everything inside code. */
export function mentionsIn(text: string): Mentioned {
  const plain = text.replace(/```[\s\S]*?```|`[^`\n]*`/g, " ");
  const ids = (pattern: RegExp) => [...new Set([...plain.matchAll(pattern)].map((match) => match[1] ?? ""))];
  return { users: ids(/<@!?(\d+)>/g), roles: ids(/<@&(\d+)>/g), everyone: /@(everyone|here)\b/.test(plain) };
}

/** The text that can ping: content, and Text Displays (type 10) of components v2, but never embeds. */
export function pingingText(content: string, components: readonly Json[]): string {
  const found: string[] = [content];
  const walk = (value: Json | undefined): void => {
    if (Array.isArray(value)) value.forEach(walk);
    if (!isObject(value)) return;
    if (value.type === 10 && typeof value.content === "string") found.push(value.content);
    walk(value.components);
  };
  components.forEach(walk);
  return found.join("\n");
}

/** What an ordinary message parses when it says nothing, and what interaction answers and webhooks do. */
const DEFAULT_PARSE = { channel: ["users", "roles", "everyone"], webhook: ["users"] };

/**
 * Whom a text of the bot really notifies, after `allowed_mentions`.
 *
 * @throws {Refusal} 50035 when `parse` and the list of ids claim the same kind.
 */
export function allowedPings(
  named: Mentioned,
  allowed: AllowedMentions | null | undefined,
  context: { readonly by: "channel" | "webhook"; readonly repliedTo?: User | undefined },
): Mentioned {
  const parse: readonly string[] = allowed ? (allowed.parse ?? []) : DEFAULT_PARSE[context.by];
  for (const kind of ["users", "roles"] as const) {
    if (parse.includes(kind) && (allowed?.[kind]?.length ?? 0) > 0) {
      throw formRefusal({
        path: ["allowed_mentions"],
        code: "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
        message: `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      });
    }
  }
  const permitted = (kind: "users" | "roles") =>
    named[kind].filter((id) => parse.includes(kind) || (allowed?.[kind] ?? []).includes(id));
  const replied = context.repliedTo && (allowed ? allowed.replied_user === true : true) ? [context.repliedTo.id] : [];
  return {
    users: [...new Set([...permitted("users"), ...replied])],
    roles: permitted("roles"),
    everyone: named.everyone && parse.includes("everyone"),
  };
}

/** Drops people and roles that do not exist; what remains is what `mentions` shows. */
export function existing(world: World, named: Mentioned, roleIds: readonly string[]): Mentioned {
  return {
    users: named.users.filter((id) => world.users.has(id)),
    roles: named.roles.filter((id) => roleIds.includes(id)),
    everyone: named.everyone,
  };
}

export function pingList(named: Mentioned): string[] {
  const list = [...named.users.map((id) => `user:${id}`), ...named.roles.map((id) => `role:${id}`)];
  return named.everyone ? [...list, "everyone"] : list;
}
