import type { Workspace } from "../app/store/workspaces.ts";
import type { ChatRef } from "../core/chat.ts";
import { when } from "./output.ts";

/** A workspace as it may be shown: without the webhook's code, client secret and tokens. */
export function view({ id: _, credentials, ...rest }: Workspace, adminChat?: ChatRef) {
  const shown =
    credentials.kind === "webhook"
      ? { kind: credentials.kind, userId: Number(/\/rest\/(?<user>\d+)\//u.exec(credentials.url)?.groups?.user) }
      : {
          kind: credentials.kind,
          domain: credentials.domain,
          clientId: credentials.clientId,
          installed: credentials.tokens !== undefined,
        };
  return { ...rest, credentials: shown, ...(adminChat ? { adminChat } : {}) };
}

export const TAGS_IN_WORDS: Readonly<Record<Workspace["tags"], string>> = {
  honoured: "honoured: a newer notification with a tag replaces the older one, and retries are harmless",
  ignored: "ignored: nothing is replaced, and a doubt about a delivery is told instead of repeated",
  unprobed: "not probed yet: herald24 workspace probe",
};

export function lines(workspace: Workspace, adminChat?: ChatRef): readonly string[] {
  const { credentials, host, tags, probedAt, suspended, settings } = view(workspace, adminChat);
  const by =
    credentials.kind === "webhook"
      ? `webhook of user ${credentials.userId}: every personal notification appears as sent by that user`
      : `application ${credentials.clientId}${credentials.installed ? "" : ", not installed yet"}`;
  return [
    `workspace  ${workspace.name}`,
    `portal     ${host}`,
    `reached by ${by}`,
    `tags       ${TAGS_IN_WORDS[tags]}${probedAt === undefined ? "" : ` (probed ${when(probedAt)})`}`,
    `state      ${suspended ? `suspended since ${when(suspended.at)}: ${suspended.code} (${suspended.reason})` : "active"}`,
    `admin chat ${adminChat ? placeOf(adminChat) : `none: herald24 workspace set ${workspace.name} admin-chat=telegram:<id>`}`,
    `settings   ${Object.entries(settings)
      .map(([key, value]) => `${key}=${value}`)
      .join(" ")}`,
  ];
}

/** `telegram:-1001234/5`: as `workspace set admin-chat=` takes it. */
export const placeOf = ({ platform, chatId, threadId }: ChatRef): string =>
  `${platform}:${chatId}${threadId === "" ? "" : `/${threadId}`}`;
