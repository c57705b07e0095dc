import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { onTestFinished } from "vitest";
import { createDrive, type DriveOptions, type DriveUpload } from "../../../adapters/bitrix24/drive.ts";
import type { PortalOptions } from "../../../sandbox/bitrix24/options.ts";
import type { Portal as Sandbox } from "../../../sandbox/bitrix24/portal.ts";
import type { DriveOutcome } from "../../../src/app/ports.ts";
import { APP, clientFor, sandboxPortal } from "./support.ts";

const scopes = ["im", "disk"];

/** Webhooks of users 1 and 7, and the application, have the scope of the Drive. */
export const drivePortal = (options: PortalOptions = {}): Promise<Sandbox> => {
  const webhooks = [1, 7].map((userId) => ({ userId, code: `q${userId}`.repeat(8), scopes }));
  return sandboxPortal({ webhooks, apps: [{ ...APP, scopes }], ...options });
};

/** The client of Drives under test, with the client of portals behind it. Both close with the test. */
export function driveFor(options: Partial<DriveOptions> = {}) {
  const { portal, log, saved } = clientFor();
  const drive = createDrive({
    portal,
    version: "1.2.3",
    privateHosts: ["127.0.0.1"],
    clock: Date.now,
    log,
    ...options,
  });
  onTestFinished(() => drive.close());
  return { drive, log, saved };
}

/** One piece after another, as a file comes from the disk. */
const inPieces = (text: string): Readable => {
  const bytes = Buffer.from(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 7) }, (_, at) => bytes.subarray(at * 7, at * 7 + 7));
  return Readable.from(pieces, { objectMode: false });
};

export function uploadOf(text: string, changes: Partial<DriveUpload> = {}): DriveUpload {
  const size = Buffer.byteLength(text);
  return { name: "a.txt", size, open: async () => inPieces(text), readers: [7], externalLink: false, ...changes };
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

export function fileOf(outcome: DriveOutcome) {
  if (outcome.kind !== "uploaded")
    throw new Error(`not uploaded but ${outcome.kind}: ${outcome.code} ${outcome.reason}`);
  return outcome.file;
}

/** Files that are still there. */
export const alive = (sandbox: Sandbox) => sandbox.drive.files.filter(({ deleted }) => deleted === "no");

export const countOf = (sandbox: Sandbox, method: string): number =>
  sandbox.requests.filter((request) => request.method === method).length;
