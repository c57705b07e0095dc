/** Where Discord's own webhooks are. */
const HOSTS: readonly string[] = ["discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"];

/** Discord: `/api/webhooks/<id>/<token>`, with a version where one is given. */
const PATH = /^\/(?:[\w-]+\/)*?(?:v\d+\/)?webhooks\/(?<id>\d{1,20})\/(?<token>[\w-]{20,100})\/?$/u;

export interface Webhook {
  /** Of the API, without its root; it is a credential. */
  readonly path: `/${string}`;
  readonly threadId?: string;
}

/** A webhook's address as a way of the API; `undefined` where it is none, or leads to anywhere but Discord and its configured root. */
export function readWebhook(address: string, apiRoot: string): Webhook | undefined {
  const url = URL.parse(address);
  const { id, token } = (url && PATH.exec(url.pathname)?.groups) ?? {};
  const isOurs = url && (HOSTS.includes(url.host) || url.host === new URL(apiRoot).host);
  if (!url || !isOurs || id === undefined || token === undefined) return undefined;
  const threadId = url.searchParams.get("thread_id");
  return { path: `/webhooks/${id}/${token}`, ...(threadId ? { threadId } : {}) };
}

const LONGEST_NAME = 80;
/** Discord: names that hold these are refused. */
const FORBIDDEN = /discord|clyde/giu;
const NOT_A_NAME = /^(?:everyone|here|)$/iu;
const PART = "\u200b";

/** A name that Discord lets a webhook bear, and that is nothing but a name. */
export function webhookName(author: string): string {
  const name = author
    .replaceAll(/[@#:`\p{C}]/gu, " ")
    .replaceAll(/\s+/gu, " ")
    .trim()
    .replaceAll(FORBIDDEN, (word) => `${word.slice(0, 1)}${PART}${word.slice(1)}`);
  const cut = Array.from(name).slice(0, LONGEST_NAME).join("").slice(0, LONGEST_NAME).toWellFormed().trim();
  return NOT_A_NAME.test(cut) ? "herald24" : cut;
}
