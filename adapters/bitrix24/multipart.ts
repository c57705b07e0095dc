import { randomBytes } from "node:crypto";

/** What stands before and after the bytes of a file in a form of one field. */
export interface Frame {
  readonly contentType: string;
  readonly head: Buffer;
  readonly tail: Buffer;
}

/** PHP takes names in plain UTF-8 within quotes, undoes backslashes, and knows neither RFC 5987 names nor percent signs. */
const quoted = (text: string): string =>
  `"${text
    .replaceAll(/\p{Cc}/gu, "")
    .replaceAll("\\", "\\\\")
    .replaceAll('"', '\\"')}"`;

/** A form written by hand, so that its length is known while the file is a stream. */
export function frameFile(field: string, fileName: string): Frame {
  // Random and long: no file can hold it.
  const boundary = `herald24-${randomBytes(18).toString("hex")}`;
  const disposition = `Content-Disposition: form-data; name=${quoted(field)}; filename=${quoted(fileName)}`;
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    head: Buffer.from(`--${boundary}\r\n${disposition}\r\nContent-Type: application/octet-stream\r\n\r\n`),
    tail: Buffer.from(`\r\n--${boundary}--\r\n`),
  };
}
