import { plainText, type RichText } from "./richText.ts";

/** `/rest/<user>/<code>`, as it stands in the address of an incoming webhook. */
const SHAPE = /\/rest\/+[1-9]\d*\/+(?!profile(?:\.json)?(?:\/|$))[\w~-]{6,}/iu;
const ADDRESS = new RegExp(`[^\\s"'<>«»“”(),]*${SHAPE.source}[^\\s"'<>«»“”(),]*`, "iu");

/** The first address of an incoming webhook in a text, also one that stands behind other words. It is a secret. */
export function webhookIn(text: RichText): string | undefined {
  const linked = text.flatMap(({ link }) => link ?? []);
  return [plainText(text), ...linked].flatMap((each) => ADDRESS.exec(each)?.[0] ?? [])[0];
}

export interface ConnectRequest {
  /** Of a webhook; absent when there is none in the text. */
  readonly address?: string;
  /** The operator's set-up code. */
  readonly invitation?: string;
  readonly name?: string;
}

/** A set-up code: 128 bits. Letters that a chat could take for formatting do not occur. */
const INVITATION = /^[0-9a-f]{32}$/u;

/** Reads `[code] <webhook> [name]`; the code may also follow. */
export function parseConnect(text: RichText): ConnectRequest {
  const address = webhookIn(text);
  const others = plainText(text)
    .split(/\s+/u)
    .filter((word) => word !== "" && !SHAPE.test(word));
  const invitation = others.find((word) => INVITATION.test(word));
  const name = others.find((word) => word !== invitation);
  return {
    ...(address === undefined ? {} : { address }),
    ...(invitation === undefined ? {} : { invitation }),
    ...(name === undefined ? {} : { name }),
  };
}
