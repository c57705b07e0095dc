import { randomBytes } from "node:crypto";

export interface FormFile {
  readonly name: string;
  readonly contentType: string;
  readonly data: Buffer;
}

/** Any quote or line end in a name would end it. */
const quoted = (text: string): string => `"${text.replaceAll(/["\p{Cc}]/gu, "_")}"`;

/**
 * A request's JSON and its files as one form, written by hand: discord.js would make it with a `FormData` that its own HTTP client
 * refuses on the Node versions in use.
 */
export function multipartOf(
  payload: object,
  files: readonly FormFile[],
): { readonly body: Buffer; readonly contentType: string } {
  // Random and long: no file can hold it.
  const boundary = `herald24-${randomBytes(18).toString("hex")}`;
  const part = (disposition: string, contentType: string): Buffer =>
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${contentType}\r\n\r\n`,
    );
  const end = Buffer.from("\r\n");
  const body = Buffer.concat([
    ...[part(`name="payload_json"`, "application/json"), Buffer.from(JSON.stringify(payload)), end],
    ...files.flatMap(({ name, contentType, data }, index) => [
      part(`name="files[${index}]"; filename=${quoted(name)}`, contentType),
      ...[data, end],
    ]),
    Buffer.from(`--${boundary}--\r\n`),
  ]);
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}
