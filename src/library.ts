import { discreet, secretsOf } from "../adapters/bitrix24/discreet.ts";
import { createPost, readPosted } from "../adapters/bitrix24/post.ts";
import { parseBody } from "../adapters/bitrix24/reply.ts";
import { createTransport, type Exchange } from "../adapters/bitrix24/transport.ts";
import { parsePrivateHosts } from "./core/addresses.ts";
import { fileBlock, pictureBlock } from "./core/attach.ts";
import { judge } from "./core/outcome.ts";
import { type InputProblem, maskPortalUrl, portalAddress } from "./core/portalAddress.ts";
import {
  type Checked,
  checkBlocks,
  checkNotificationId,
  checkTag,
  checkText,
  checkToken,
  checkUser,
} from "./core/seedInput.ts";
import type { Outcome, PortalReply } from "./core/verdict.ts";
import { VERSION } from "./version.ts";

const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?…]$/u.test(text) ? "" : "."}`;

/** Refused before any request: `message` names what was given, the rule it breaks, and what to do. Never holds a secret. */
export class InvalidInputError extends Error {
  /** Which option, such as `user`, or `blocks[0].IMAGE.LINK`. */
  readonly subject: string;
  /** What was given, shortened and masked. */
  readonly value: string;
  readonly rule: string;
  readonly remedy: string;

  constructor(subject: string, problem: InputProblem) {
    super(`${subject} ${maskPortalUrl(problem.value)}: ${sentence(problem.rule)} ${sentence(problem.remedy)}`);
    this.name = "InvalidInputError";
    this.subject = subject;
    this.value = maskPortalUrl(problem.value);
    this.rule = problem.rule;
    this.remedy = problem.remedy;
  }
}

export interface CallOptions {
  /** A webhook's address, or with `token` the portal's domain. */
  readonly url: string;
  /** An application's access token. */
  readonly token?: string | undefined;
  /** Hosts, each `host` or `host:port`, that may be private or plain HTTP; what `PRIVATE_HOSTS` in the environment lists unless given. */
  readonly privateHosts?: string | readonly string[] | undefined;
  /** For the whole call; 75 s unless given, because the portal itself ends at 60 s. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface NotificationOptions extends CallOptions {
  readonly userId: number | string;
  /** Sent as it is: BB codes in it work. */
  readonly text: string;
  /** A newer notification with the same tag replaces the older one. Sent as it is. */
  readonly tag?: string | undefined;
  /** A list of blocks, one block alone, or the full form with `BLOCKS`. */
  readonly attachments?: unknown;
}

export interface DeletionOptions extends CallOptions {
  readonly notificationId: number | string;
}

/** What one call came to; `retry` says that another call is safe, as this one was not executed. */
export type CallVerdict = Outcome | { readonly kind: "recalled" };

export interface PortalAnswer {
  /** The portal's JSON, untouched; `undefined` when there was none. */
  readonly answer: unknown;
  /** The answer's bytes as they came; empty when nothing came. */
  readonly body: Uint8Array;
  readonly verdict: CallVerdict;
  /** What the network or the edge did when the portal itself did not answer. */
  readonly fault?: string;
}

function given<T>(checked: Checked<T>): T {
  if (checked.kind === "wrong") throw new InvalidInputError(checked.subject, checked.problem);
  return checked.value;
}

/** On webhooks tags need an application's name beside them (REST documentation, `im.notify.personal.add`). */
const CLIENT_ID = "herald24";

interface Target {
  readonly base: string;
  readonly auth: { readonly auth?: string };
  readonly privateHosts: readonly string[];
}

function targetOf(options: CallOptions): Target {
  const listed = options.privateHosts ?? process.env.PRIVATE_HOSTS ?? "";
  const privateHosts = parsePrivateHosts(typeof listed === "string" ? listed : listed.join(","));
  const url: unknown = options.url;
  const token = given(checkToken(options.token));
  const address = portalAddress(String(url ?? ""), { token, privateHosts });
  if (address.kind === "malformed") throw new InvalidInputError("url", address.problem);
  return { base: address.base, auth: address.kind === "oauth" ? { auth: token } : {}, privateHosts };
}

const bodyOf = (exchange: Exchange): Buffer => (exchange.kind === "unsent" ? Buffer.alloc(0) : exchange.body);

interface Called {
  readonly reply: PortalReply;
  readonly body: Buffer;
}

async function callOnce(
  target: Target,
  call: { readonly method: string; readonly params: Readonly<Record<string, unknown>> },
  options: CallOptions,
): Promise<Called> {
  const { privateHosts } = target;
  const limits = options.timeoutMs === undefined ? {} : { totalMs: options.timeoutMs };
  const transport = createTransport({ privateHosts, ...limits });
  try {
    const post = createPost({ transport, version: VERSION, privateHosts });
    const signal = options.signal ?? new AbortController().signal;
    const posted = await post(new URL(call.method, target.base), { ...target.auth, ...call.params }, signal);
    const secrets = [...secretsOf({ kind: "webhook", url: target.base }), ...Object.values(target.auth)];
    return { reply: discreet(readPosted(posted, Date.now()), secrets), body: bodyOf(posted.exchange) };
  } finally {
    await transport.close();
  }
}

function answered({ reply, body }: Called, verdict: CallVerdict): PortalAnswer {
  const fault = reply.kind === "unsent" || reply.kind === "unanswered" ? { fault: reply.reason } : {};
  return { answer: parseBody(body), body, verdict, ...fault };
}

const judgeOnce = (reply: PortalReply): Outcome => judge(reply, { tagsHonoured: false, now: Date.now(), attempts: 1 });

async function notify(method: string, options: NotificationOptions): Promise<PortalAnswer> {
  const userId = given(checkUser(options.userId));
  const text = given(checkText(options.text));
  const tag = given(checkTag(options.tag));
  const attach = given(checkBlocks(options.attachments));
  const target = targetOf(options);
  const params = {
    USER_ID: userId,
    MESSAGE: text,
    ...(tag === undefined ? {} : { TAG: tag }),
    ...(attach === undefined ? {} : { ATTACH: attach }),
    ...(tag === undefined || target.auth.auth !== undefined ? {} : { CLIENT_ID }),
  };
  const called = await callOnce(target, { method, params }, options);
  return answered(called, judgeOnce(called.reply));
}

/**
 * Sends one personal notification, in one attempt: a doubt (`unknown`) is reported, never repeated.
 *
 * @throws {InvalidInputError} Before any request, when something given cannot be right.
 */
export const createPersonalNotification = (options: NotificationOptions): Promise<PortalAnswer> =>
  notify("im.notify.personal.add", options);

/**
 * Like {@link createPersonalNotification}, but shown without an author.
 *
 * @throws {InvalidInputError} Before any request, when something given cannot be right.
 */
export const createSystemNotification = (options: NotificationOptions): Promise<PortalAnswer> =>
  notify("im.notify.system.add", options);

function judgeDeletion(reply: PortalReply): CallVerdict {
  if (reply.kind !== "result") return judgeOnce(reply);
  if (reply.result === true) return { kind: "recalled" };
  if (reply.result !== false)
    return { kind: "unknown", code: "UNEXPECTED_RESULT", reason: "the portal's answer is neither true nor false" };
  const reason = "by its id a notification can be deleted only from the feed of whom the webhook or token belongs to";
  return { kind: "refused", code: "RESULT_FALSE", reason };
}

/**
 * Deletes a notification from the feed of the acting user.
 *
 * @throws {InvalidInputError} Before any request, when something given cannot be right.
 */
export async function deleteNotification(options: DeletionOptions): Promise<PortalAnswer> {
  const params = { ID: given(checkNotificationId(options.notificationId)) };
  const called = await callOnce(targetOf(options), { method: "im.notify.delete", params }, options);
  return answered(called, judgeDeletion(called.reply));
}

/** What the positional forms take beyond the seed's own parameters. */
export type Further = Pick<CallOptions, "privateHosts" | "timeoutMs" | "signal">;

type PositionalNotification = (
  ...given: [
    URL: string,
    UserID: number | string,
    Text: string,
    Tag?: string,
    Attachments?: unknown,
    Token?: string,
    further?: Further,
  ]
) => Promise<PortalAnswer>;

const positional =
  (create: (options: NotificationOptions) => Promise<PortalAnswer>): PositionalNotification =>
  (url, userId, text, tag, attachments, token, further) =>
    create({ url, userId, text, tag, attachments, token, ...further });

/** The names and the order of parameters of the library that herald24 grew out of. */
export const CreatePersonalNotification = positional(createPersonalNotification);
export const CreateSystemNotification = positional(createSystemNotification);
export const DeleteNotification = (
  ...[url, notificationId, token, further]: [
    URL: string,
    NotificationID: number | string,
    Token?: string,
    further?: Further,
  ]
): Promise<PortalAnswer> => deleteNotification({ url, notificationId, token, ...further });

export {
  CreatePersonalNotification as СоздатьПерсональноеУведомление,
  CreateSystemNotification as СоздатьСистемноеУведомление,
  DeleteNotification as УдалитьУведомление,
  fileBlock,
  fileBlock as GetFileBlock,
  fileBlock as ПолучитьБлокФайла,
  pictureBlock,
  pictureBlock as GetPictureBlock,
  pictureBlock as ПолучитьБлокКартинки,
};
