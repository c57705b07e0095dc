import type { Settings } from "./store/workspaces.ts";

/** What a new workspace begins with. */
export const DEFAULT_SETTINGS: Settings = {
  language: "en",
  timeZone: "UTC",
  kind: "personal",
  publish: "auto",
  externalLinks: false,
  tagScope: "chat",
  onUnknown: "tell",
  deadlineHours: 192,
  maxFileMegabytes: 100,
  maxNotificationMegabytes: 200,
  reach: "everybody",
  confirmAbove: 10,
  commandsPerMinute: 30,
  commandBurst: 20,
  waitingPerSender: 5_000,
  waitingInWorkspace: 100_000,
  keepTextsDays: 60,
};
