import type { Readable } from "node:stream";
import { z } from "zod";
import type { Clock, SpendRequest } from "../../src/app/ports.ts";
import type { Workspace } from "../../src/app/store/workspaces.ts";
import { discreet } from "./discreet.ts";
import { secretsIn, uploadAddress } from "./driveLinks.ts";
import type { Place } from "./drivePlace.ts";
import { type Ask, type FileFields, fileShape, later, refused, type Setback, setbackOf } from "./driveReplies.ts";
import { frameFile } from "./multipart.ts";
import { readReply } from "./reply.ts";
import type { Transport } from "./transport.ts";

export interface Upload {
  /** On the Drive. */
  readonly name: string;
  /** Exact, in bytes. */
  readonly size: number;
  readonly open: () => Promise<Readable | undefined>;
  readonly readers: readonly number[];
}

export type Sent =
  /** `secrets` are those of the address it was sent to. */
  | { readonly kind: "stored"; readonly file: FileFields; readonly secrets: readonly string[] }
  /** Worth another try at once. With `doubt` it may have been stored: only the answer is missing. */
  | { readonly kind: "again"; readonly doubt: boolean; readonly setback: Setback }
  | Setback;

export interface SendParts {
  readonly ask: Ask;
  readonly transport: Transport;
  readonly version: string;
  readonly privateHosts: readonly string[];
  readonly clock: Clock;
  /** Asked before the bytes go out: they are a request of their own. */
  readonly spend?: SpendRequest;
}

const stepOneShape = z.object({ field: z.string().min(1).max(100), uploadUrl: z.string() });

/** The address was good for a moment only. */
const TOKEN_FAULTS = ["EXPIRED_TOKEN", "NO_AUTH_FOUND", "AUTHORIZATION_ERROR"];

/** Said before anything is executed, whatever the status is. */
const NOT_EXECUTED = ["QUERY_LIMIT_EXCEEDED", "OVERLOAD_LIMIT", "PORTAL_DELETED"];

/** Uploads in two steps: the first settles place and rights and yields an address, to which the second sends the bytes. */
export async function sendFile(
  to: { workspace: Workspace; place: Place },
  upload: Upload,
  parts: SendParts & { signal: AbortSignal },
): Promise<Sent> {
  const { workspace, place } = to;
  const rights = upload.readers.map((reader) => ({ TASK_ID: place.readTaskId, ACCESS_CODE: `U${reader}` }));
  const params = { id: place.folderId, data: { NAME: upload.name }, generateUniqueName: true, rights };
  const call = { workspace, method: "disk.folder.uploadFile", params };
  const told = await parts.ask(call, stepOneShape, parts.signal);
  if (told.kind !== "told") return told;
  const { field, uploadUrl } = told.value;
  const url = uploadAddress(uploadUrl, { credentials: workspace.credentials, privateHosts: parts.privateHosts });
  // Whatever it is, it holds the credential and stays out of the reason.
  if (!url)
    return refused("UPLOAD_ADDRESS", "the portal names an address for uploads that is not its own or not HTTPS");
  await parts.spend?.(workspace.host, parts.signal);
  const source = await upload.open().catch(() => "broken" as const);
  if (source === undefined) return refused("FILE_GONE", "the file is not kept any more");
  if (source === "broken") return later("SOURCE", "the file could not be read");
  // It may fail while nobody reads from it; reading then tells.
  source.on("error", () => undefined);
  try {
    return await sendBytes(url, { field, upload, source }, parts);
  } finally {
    source.destroy();
  }
}

async function sendBytes(
  url: URL,
  { field, upload, source }: { field: string; upload: Upload; source: Readable },
  { transport, version, clock, signal }: SendParts & { signal: AbortSignal },
): Promise<Sent> {
  const frame = frameFile(field, upload.name);
  const body = openBody(frame, source, upload.size);
  const headers = {
    "Content-Type": frame.contentType,
    "Content-Length": String(frame.head.length + upload.size + frame.tail.length),
    Accept: "application/json",
    "User-Agent": `herald24/${version}`,
  };
  const exchange = await transport.send(url, { method: "POST", headers, body: body.bytes() }, signal);
  const secrets = secretsIn(url.href);
  const reply = discreet(readReply(exchange, clock()), secrets);
  if (body.fault() !== undefined) return later("SOURCE", body.fault() ?? "");
  if (reply.kind === "result") {
    const file = fileShape.safeParse(reply.result);
    if (file.success) return { kind: "stored", file: file.data, secrets };
    const setback = later("UNEXPECTED_RESULT", "the portal's answer to an upload is not that of a file");
    return { kind: "again", doubt: true, setback };
  }
  const setback = setbackOf(reply, clock());
  // A form that did not arrive whole is never stored.
  if (setback.kind === "refused" || reply.kind === "unsent") return setback;
  if (reply.kind === "unanswered") return body.isHandedOver() ? { kind: "again", doubt: true, setback } : setback;
  if (TOKEN_FAULTS.includes(reply.code)) return { kind: "again", doubt: false, setback };
  return reply.status >= 500 && !NOT_EXECUTED.includes(reply.code) ? { kind: "again", doubt: true, setback } : setback;
}

/** The form as it goes out. The announced length is a promise: a source that breaks it ends the request. */
function openBody(frame: { head: Buffer; tail: Buffer }, source: Readable, size: number) {
  let isHandedOver = false;
  let fault: string | undefined;

  return {
    async *bytes(): AsyncGenerator<Uint8Array> {
      yield frame.head;
      let sent = 0;
      try {
        for await (const piece of source) {
          const bytes = Buffer.isBuffer(piece) ? piece : Buffer.from(piece);
          sent += bytes.length;
          if (sent > size) break;
          yield bytes;
        }
      } catch (error) {
        fault = `the file could not be read (${error instanceof Error ? error.name : "failure"})`;
        throw error;
      }
      if (sent !== size) {
        fault = `the file is not ${size} bytes long`;
        throw new RangeError(fault);
      }
      isHandedOver = true;
      yield frame.tail;
    },
    isHandedOver: () => isHandedOver,
    fault: () => fault,
  };
}
