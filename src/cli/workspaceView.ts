import type { Capabilities } from "../app/capabilities.ts";
import type { Settings, Workspace } from "../app/store/workspaces.ts";
import { type ChatRef, writeChat } from "../core/chat.ts";
import { when } from "./output.ts";
import { settingKey } from "./settings.ts";

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

const TAGS_IN_WORDS: Readonly<Record<Workspace["tags"], string>> = {
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
    ...(workspace.capabilities ? capabilityLines(workspace.capabilities) : []),
    `state      ${suspended ? `suspended since ${when(suspended.at)}: ${suspended.code} (${suspended.reason})` : "active"}`,
    `admin chat ${adminChat ? writeChat(adminChat) : `none: herald24 workspace set ${workspace.name} admin-chat=telegram:<id>`}`,
    `settings   ${Object.entries(settings).map(settingText).join(" ")}`,
  ];
}

/** As `workspace set` takes it. */
const settingText = ([key, value]: readonly [string, Settings[keyof Settings]]): string =>
  `${settingKey(key)}=${typeof value === "boolean" ? (value ? "yes" : "no") : value}`;

const DRIVE: Readonly<Record<Capabilities["drive"], string>> = {
  usable: "usable: files can be published there",
  "no-scope": "not granted: the scope disk would let files be published there",
  absent: "this portal has none",
  refused: "the portal refuses it to the acting user",
  unknown: "not known",
};
const LOOK_UP: Readonly<Record<Capabilities["lookUp"], string>> = {
  "exact-email": "by exact e-mail and by name",
  names: "by name only: the scope user_basic would show e-mail addresses",
  none: "by name through the messenger only: the scope user_basic would allow e-mail",
  unknown: "not known",
};
const PLANS: Readonly<Record<Capabilities["plan"], string>> = {
  enterprise: "Enterprise (bursts of 250 requests, then 5 a second)",
  ordinary: "as every plan but Enterprise (bursts of 50 requests, then 2 a second)",
  own: "as the server's owner has set them",
};
const DELETING: Readonly<Record<Capabilities["deleteByTag"], string>> = {
  works: "works",
  ignored: "does not work",
  unknown: "not known",
};

/** What a probe found, one line each. */
export function capabilityLines(found: Capabilities): readonly string[] {
  const { edition, rest, scopes, missing, tags, deleteByTag, methodTime, aheadSeconds: ahead } = found;
  const clock = ahead === undefined ? "told no time" : Math.abs(ahead) < 2 ? "as ours" : `${ahead} s ahead of ours`;
  return [
    `edition    ${edition}${rest === "none" ? "; its tariff has no REST" : ""}`,
    `scopes     ${scopes.join(", ") || "none"}`,
    ...(missing.length === 0 ? [] : [`lacks      ${missing.join(", ")}`]),
    `tagging    ${tags}; taking back by tag ${DELETING[deleteByTag]}`,
    `Drive      ${DRIVE[found.drive]}`,
    `look-up    ${LOOK_UP[found.lookUp]}`,
    `limits     ${PLANS[found.plan]}; time of methods ${methodTime}`,
    `clock      ${clock}`,
  ];
}
