import { createHash } from "node:crypto";

/** The file of one part; its bytes are kept only up to a limit, so that a large one costs no memory. */
export interface ReceivedFile {
  /** Name of the form field. */
  readonly field: string;
  /** As PHP takes it: unescaped, and without a path. */
  readonly name: string;
  readonly size: number;
  readonly sha256: string;
  readonly bytes: Buffer | undefined;
}

export interface ReceivedForm {
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly files: readonly ReceivedFile[];
}

interface PartHead {
  readonly field: string;
  readonly fileName: string | undefined;
}

interface Sink {
  write(bytes: Buffer): void;
  finish(): void;
}

/**
 * Reads `multipart/form-data` as it comes in.
 *
 * @throws {SyntaxError} When the closing boundary is missing.
 */
export async function readMultipart(
  chunks: AsyncIterable<Buffer>,
  boundary: string,
  keepBytes: number,
): Promise<ReceivedForm> {
  const reading = openReading(boundary, keepBytes);
  // What follows the closing boundary is read too: leaving the loop would tear the connection.
  for await (const chunk of chunks) reading.take(chunk);
  if (!reading.isClosed()) throw new SyntaxError("multipart body without its closing boundary");
  return reading.form;
}

function openReading(boundary: string, keepBytes: number) {
  const form: { fields: [string, string][]; files: ReceivedFile[] } = { fields: [], files: [] };
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first boundary needs no line break before it.
  let pending: Buffer = Buffer.from("\r\n");
  let sink: Sink | undefined;
  let isClosed = false;

  /** Whether a boundary was found whole, with the head of the part after it. */
  const pass = (): boolean => {
    const at = pending.indexOf(delimiter);
    if (at < 0) {
      const safe = Math.max(0, pending.length - delimiter.length);
      sink?.write(pending.subarray(0, safe));
      pending = pending.subarray(safe);
      return false;
    }
    const after = at + delimiter.length;
    isClosed = pending.subarray(after, after + 2).toString("latin1") === "--";
    const headEnd = isClosed ? after : pending.indexOf("\r\n\r\n", after);
    if (headEnd < 0) return false;
    sink?.write(pending.subarray(0, at));
    sink?.finish();
    sink = isClosed ? undefined : sinkFor(headOf(pending.subarray(after, headEnd).toString("utf8")), form, keepBytes);
    pending = pending.subarray(headEnd + 4);
    return !isClosed;
  };

  return {
    form,
    isClosed: () => isClosed,
    take(chunk: Buffer) {
      if (isClosed) return;
      pending = Buffer.concat([pending, chunk]);
      while (pass());
    },
  };
}

/** PHP unescapes `\"` and `\\` in a quoted value, knows no RFC 5987 names and no percent signs. */
function headOf(lines: string): PartHead {
  const disposition = /^content-disposition:(?<value>.*)$/imu.exec(lines)?.groups?.value ?? "";
  const values = new Map<string, string>();
  for (const match of disposition.matchAll(/;\s*(?<key>[\w-]+)="(?<value>(?:\\.|[^"\\])*)"/gu)) {
    values.set(match.groups?.key?.toLowerCase() ?? "", (match.groups?.value ?? "").replaceAll(/\\(["\\])/gu, "$1"));
  }
  return { field: values.get("name") ?? "", fileName: values.get("filename")?.replace(/^.*[\\/]/u, "") };
}

function sinkFor(
  { field, fileName }: PartHead,
  form: { fields: [string, string][]; files: ReceivedFile[] },
  keepBytes: number,
): Sink {
  const hash = createHash("sha256");
  const kept: Buffer[] = [];
  let size = 0;
  return {
    write(bytes) {
      size += bytes.length;
      hash.update(bytes);
      if (fileName === undefined || size <= keepBytes) kept.push(Buffer.from(bytes));
      else kept.length = 0;
    },
    finish() {
      const bytes = Buffer.concat(kept);
      if (fileName === undefined) form.fields.push([field, bytes.toString("utf8")]);
      else {
        const whole = size <= keepBytes ? bytes : undefined;
        form.files.push({ field, name: fileName, size, sha256: hash.digest("hex"), bytes: whole });
      }
    },
  };
}
