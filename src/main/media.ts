import { createDrive } from "../../adapters/bitrix24/drive.ts";
import { openPictures } from "../../adapters/media/pictures.ts";
import { openRemote } from "../../adapters/media/remote.ts";
import type { MediaParts } from "../app/media.ts";
import type { ChatAdapter, Clock, Log, MediaStore, OpenMedia, Portal, SpendRequest } from "../app/ports.ts";
import type { Config } from "../config.ts";
import { VERSION } from "../version.ts";
import type { Health } from "./platforms.ts";

/** What a picture or clip that a message only shows may weigh: it is not what the sender attached. */
const MOST_REMOTE_BYTES = 20 * 1024 * 1024;

type Media = Pick<MediaParts, "files" | "preparePicture" | "drive" | "openers" | "canRelay" | "quotaBytes" | "report">;

/** How media are fetched, made fit to be shown, and published. */
export function openMedia(
  config: Config,
  parts: {
    files: MediaStore;
    adapters: readonly ChatAdapter[];
    portal: Portal;
    spend: SpendRequest;
    health: Health;
    clock: Clock;
    log: Log;
  },
): Media & { close(): Promise<void> } {
  const { files, adapters, portal, spend, health, clock, log } = parts;
  const { privateHosts, dataDir } = config;
  const fetchRemote = openRemote({ privateHosts, userAgent: `herald24/${VERSION}`, log });
  const fetchShown: OpenMedia = async (source, signal, trace) =>
    source.kind === "remote"
      ? fetchRemote(source.url, { maxBytes: MOST_REMOTE_BYTES, accept: ["image/*", "video/*"], signal, trace })
      : { kind: "gone", reason: "not an address" };
  const drive = createDrive({ portal, spend, version: VERSION, privateHosts, clock, log });
  return {
    files,
    preparePicture: openPictures({ files, dir: `${dataDir}/pictures` }),
    drive,
    openers: {
      ...Object.fromEntries(adapters.map(({ platform, openMedia: open }) => [platform, open])),
      remote: fetchShown,
    },
    canRelay: config.publicUrl !== undefined,
    quotaBytes: config.mediaQuotaBytes,
    report: (state) => {
      if (state === "full") health.set("media", { state: "full", reason: "the disk or the quota for media is full" });
      else health.delete("media");
    },
    close: drive.close,
  };
}
