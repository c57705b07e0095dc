import type { Settings } from "../app/store/workspaces.ts";
import type { ChatRef } from "../core/chat.ts";
import { LANGUAGES } from "../core/language.ts";
import { isTimeZone } from "../core/localMoment.ts";
import { REACHES } from "../core/permissions.ts";
import { wrongInput } from "./fault.ts";

interface Setting {
  readonly rule: string;
  /** Absent when the value breaks the rule. */
  readonly read: (value: string) => Partial<Settings> | undefined;
}

function choice<Key extends keyof Settings>(key: Key, values: readonly (Settings[Key] & string)[]): Setting {
  return {
    rule: `one of ${values.join(", ")}`,
    read: (value) => {
      const found = values.find((each) => each === value);
      return found === undefined ? undefined : ({ [key]: found } as Partial<Settings>);
    },
  };
}

type WholeKey =
  | "deadlineHours"
  | "maxFileMegabytes"
  | "maxNotificationMegabytes"
  | "keepTextsDays"
  | "confirmAbove"
  | "commandsPerMinute"
  | "commandBurst"
  | "waitingPerSender"
  | "waitingInWorkspace";

function whole(key: WholeKey, most: number): Setting {
  return {
    rule: `a whole number from 1 to ${most}`,
    read: (value) => (/^[1-9]\d{0,5}$/u.test(value) && Number(value) <= most ? { [key]: Number(value) } : undefined),
  };
}

/** What `workspace set` takes, besides `admin-chat` and `webhook`. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  language: choice("language", LANGUAGES),
  "time-zone": {
    rule: "a time zone such as Europe/Berlin",
    read: (timeZone) => (isTimeZone(timeZone) ? { timeZone } : undefined),
  },
  kind: choice("kind", ["personal", "system"]),
  publish: choice("publish", ["auto", "relay", "drive", "none"]),
  "external-links": {
    rule: "yes or no",
    read: (value) => (value === "yes" || value === "no" ? { externalLinks: value === "yes" } : undefined),
  },
  "tag-scope": choice("tagScope", ["chat", "workspace"]),
  "on-unknown": choice("onUnknown", ["tell", "resend"]),
  "deadline-hours": whole("deadlineHours", 8_760),
  "max-file-megabytes": whole("maxFileMegabytes", 2_000),
  "max-notification-megabytes": whole("maxNotificationMegabytes", 20_000),
  reach: choice("reach", REACHES),
  "confirm-above": whole("confirmAbove", 100_000),
  "commands-per-minute": whole("commandsPerMinute", 6_000),
  "command-burst": whole("commandBurst", 1_000),
  "waiting-per-sender": whole("waitingPerSender", 100_000),
  "waiting-in-workspace": whole("waitingInWorkspace", 999_999),
  "keep-texts-days": whole("keepTextsDays", 3_650),
};

/** `tagScope`, `tag_scope` and `tag-scope` are the same. */
export const settingKey = (key: string): string =>
  key
    .trim()
    .replaceAll(/(?<=[a-z])(?=[A-Z])/gu, "-")
    .replaceAll("_", "-")
    .toLowerCase();

/** @throws {CliError} 2 */
export function readSetting(key: string, value: string): Partial<Settings> {
  const setting = SETTINGS[settingKey(key)];
  if (setting === undefined) {
    const keys = [...Object.keys(SETTINGS), "admin-chat", "webhook"];
    throw wrongInput(`"${key}" is no setting; there is ${keys.join(", ")}`);
  }
  const read = setting.read(value.trim());
  if (read === undefined) throw wrongInput(`${settingKey(key)}=${value}: must be ${setting.rule}`);
  return read;
}

const ADMIN_CHAT = /^(?<platform>telegram|discord):(?<chatId>-?\d{1,20}|@me)(?:[:/](?<threadId>\d{1,20}))?$/u;

/** `telegram:-1001234`, `telegram:-1001234/5` (a topic), `discord:<server>/<channel>`. @throws {CliError} 2 */
export function readAdminChat(value: string): ChatRef {
  const { platform, chatId, threadId = "" } = ADMIN_CHAT.exec(value.trim())?.groups ?? {};
  if (chatId === undefined || (platform === "discord" && threadId === "")) {
    throw wrongInput(
      `admin-chat=${value}: must be telegram:<chat id>, telegram:<chat id>/<topic> or discord:<server id>/<channel id>`,
    );
  }
  return { platform: platform === "discord" ? "discord" : "telegram", chatId, threadId };
}
