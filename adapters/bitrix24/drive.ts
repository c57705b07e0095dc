import { createHash, randomBytes } from "node:crypto";
import type { Clock, Drive, DriveOutcome, Log, Portal, SpendRequest } from "../../src/app/ports.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { createCupboard } from "./driveFiles.ts";
import { driveName } from "./driveName.ts";
import { createPlaces } from "./drivePlace.ts";
import { type Job, put } from "./drivePut.ts";
import { createAsk } from "./driveReplies.ts";
import { createTransport, type TransportOptions } from "./transport.ts";

export interface DriveOptions {
  readonly portal: Pick<Portal, "call">;
  /** Of herald24, for the `User-Agent`. */
  readonly version: string;
  readonly privateHosts: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  readonly spend?: SpendRequest;
  /** Other bounds of the uploads than the usual ones; `totalMs` is how long nothing may move. */
  readonly limits?: Omit<TransportOptions, "privateHosts">;
}

/** What is to be uploaded, as the port has it. */
export type DriveUpload = Parameters<Drive["upload"]>[1] & {
  /**
   * Stands for these bytes, for example their SHA-256. With it a repeated upload for the same readers finds what an
   * earlier one, whose answer was lost in a crash, has left behind.
   */
  readonly key?: string;
};

export interface ClosableDrive extends Drive {
  upload(workspace: Workspace, upload: DriveUpload, signal: AbortSignal): Promise<DriveOutcome>;
  close(): Promise<void>;
}

/** A portal may put a large file away only after its last byte came, and the cloud ends a request after 60 s. */
const IDLE_MS = 120_000;
/** Large files side by side only slow each other down. */
const CONNECTIONS = 4;
/** Our folder was deleted, or the rights of the portal were made anew. */
const PLACE_FAULTS = ["ERROR_NOT_FOUND", "ACCESS_DENIED", "ERROR_ARGUMENT"];

/** 48 bits: names of one folder need no more. */
const UNIQUE_CHARACTERS = 12;

function uniqueOf({ key, size, readers }: DriveUpload): string {
  if (key === undefined) return randomBytes(UNIQUE_CHARACTERS / 2).toString("hex");
  const text = JSON.stringify([key, size, readers]);
  return createHash("sha256").update(text).digest("hex").slice(0, UNIQUE_CHARACTERS);
}

function inOrder(readers: readonly number[]): readonly number[] {
  for (const reader of readers)
    if (!Number.isSafeInteger(reader) || reader < 1) throw new RangeError(`${reader} is no id of a Bitrix24 user`);
  return [...new Set(readers)].sort((one, other) => one - other);
}

/** Uploads to the Drive of the user that a workspace's credentials act as. */
export function createDrive(options: DriveOptions): ClosableDrive {
  const { portal, version, privateHosts, clock, log, spend } = options;
  const life = new AbortController();
  const transport = createTransport({ totalMs: IDLE_MS, connections: CONNECTIONS, ...options.limits, privateHosts });
  const ask = createAsk(portal, clock);
  const places = createPlaces(ask, life.signal);
  const cupboard = createCupboard({ ask, log });
  const parts = { ask, transport, version, privateHosts, clock, cupboard, log, ...(spend && { spend }) };

  return {
    async upload(workspace, given, signal) {
      const job = jobOf(given);
      for (let tries = 1; ; tries += 1) {
        const found = await places.of(workspace, signal);
        if (found.kind !== "place") return found;
        const outcome = await put({ workspace, place: found.place, signal }, job, parts);
        const isLost = outcome.kind === "refused" && PLACE_FAULTS.includes(outcome.code);
        if (!isLost || tries > 1) return outcome;
        places.forget(workspace, found.place);
      }
    },
    remove: (workspace, fileId, signal) => cupboard.remove(workspace, fileId, signal),
    async close() {
      life.abort(new Error("the Drive's client is closed"));
      await transport.close();
    },
  };
}

function jobOf(given: DriveUpload): Job {
  const readers = inOrder(given.readers);
  const unique = uniqueOf({ ...given, readers });
  const { size, open, externalLink, key, trace } = given;
  return {
    upload: { name: driveName(given.name, unique), size, open, readers },
    unique,
    isShared: key !== undefined,
    wantsExternalLink: externalLink,
    ...(trace === undefined ? {} : { trace }),
  };
}
