import { expect, test } from "vitest";
import type { Fault, FaultKind } from "../../sandbox/bitrix24/faults.ts";
import type { Portal } from "../../sandbox/bitrix24/portal.ts";
import { wishFor } from "../../src/app/receipts.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type FeedDesk, openFeed } from "../support/feed.ts";
import { runBeside } from "../support/shell.ts";
import { failing, json, text } from "./faultyReplies.ts";

const METHOD = "im.notify.personal.add";
/** How long an answer is waited for where none comes in time; elsewhere no pause of this machine may pass for a silence. */
const PATIENCE_MS = 1_000;

/** What a portal does with one notification, and all that follows. */
interface Row {
  /** The portal's behaviour. */
  readonly when: string;
  readonly fault?: FaultKind;
  readonly set?: (portal: Portal) => void;
  /** Of the first attempt. */
  readonly outcome: "delivered" | "suppressed" | "refused" | "unknown" | "retry" | "suspend";
  readonly code?: string;
  /** What the sender reads, where the mark does not say it all. */
  readonly en?: string;
  readonly ru?: string;
  /** What the answer leaves open is repeated where tags are honoured, and is `unknown` where not. */
  readonly isDoubt?: true;
}

const NO_ID = {
  outcome: "unknown",
  code: "UNEXPECTED_RESULT",
  en: "may or may not have arrived: Bitrix24 answered without a notification id",
  ru: "неизвестно, дошло ли: Битрикс24 ответил без номера уведомления",
} as const;
const NOBODY = {
  outcome: "refused",
  code: "RESULT_FALSE",
  en: "refused: Bitrix24 knows no such active user, or it is a technical account",
  ru: "отказ: в Битрикс24 нет такого активного пользователя, либо это техническая учётная запись",
} as const;
const HIDDEN = {
  outcome: "suppressed",
  en: "accepted by Bitrix24, but Anna has switched such notifications off",
  ru: "Битрикс24 принял, но у получателя Anna такие уведомления отключены",
} as const;
const refusal = (status: number, code: string, en: string, ru: string): Row => ({
  when: `HTTP ${status} ${code}`,
  fault: failing(status, code),
  outcome: "refused",
  code: code.toUpperCase(),
  en: `refused: ${en}`,
  ru: `отказ: ${ru}`,
});
const answered = (status: number, code: string): Row =>
  refusal(status, code, `Bitrix24 answered ${code}`, `Битрикс24 ответил ${code}`);
const later = (status: number, code: string): Row => ({
  when: `HTTP ${status} ${code}`,
  fault: failing(status, code),
  outcome: "retry",
  code: code.toUpperCase(),
});
const suspends = (status: number, code: string): Row => ({ ...later(status, code), outcome: "suspend" });
const doubtful = (when: string, fault: FaultKind, code: string): Row => {
  const status = /^HTTP_(?<status>\d+)$/u.exec(code)?.groups?.status;
  const own = code === "NO_ANSWER" ? ["the portal did not answer", "портал не ответил"] : undefined;
  const http = [`Bitrix24 gave no usable answer (HTTP ${status})`, `Битрикс24 не дал внятного ответа (HTTP ${status})`];
  const [en, ru] = own ?? (status ? http : [`Bitrix24 answered ${code}`, `Битрикс24 ответил ${code}`]);
  const words = { en: `may or may not have arrived: ${en}`, ru: `неизвестно, дошло ли: ${ru}` };
  return { when, fault, outcome: "unknown", code, isDoubt: true, ...words };
};

const ROWS: readonly Row[] = [
  // What `im.notify.personal.add` answers.
  { when: "a number", outcome: "delivered" },
  { when: "a number as text", fault: json(200, { result: "777" }), outcome: "delivered" },
  { when: "a person whom it does not know", set: (portal) => portal.setUser({ id: 7, active: false }), ...NOBODY },
  { when: "a technical account", set: (portal) => portal.setUser({ id: 7, type: "bot" }), ...NOBODY },
  { when: "an extranet user", set: (portal) => portal.setUser({ id: 7, type: "extranet" }), outcome: "delivered" },
  { when: "notifications off", set: (portal) => portal.setUser({ id: 7, notificationsOff: true }), ...HIDDEN },
  {
    when: "a fake id and no time",
    fault: json(200, { result: Math.floor(Date.now() / 1_000) }),
    ...HIDDEN,
  },
  ...[0, -1, 1.5, null, true, "", "12abc", [], [7], { id: 7 }].map(
    (result): Row => ({ when: `result ${JSON.stringify(result)}`, fault: json(200, { result }), ...NO_ID }),
  ),
  answered(400, "USER_ID_EMPTY_"),
  refusal(400, "USER_ID_EMPTY", "Bitrix24 did not accept the user id", "Битрикс24 не принял номер пользователя"),
  refusal(400, "MESSAGE_EMPTY", "the text is empty", "пустой текст"),
  refusal(
    400,
    "ATTACH_OVERSIZE",
    "the attachments are larger than Bitrix24 takes",
    "вложения больше, чем принимает Битрикс24",
  ),
  refusal(400, "ATTACH_ERROR", "Bitrix24 did not accept the attachments", "Битрикс24 не принял вложения"),
  answered(400, "PARAMS_ERROR"),
  answered(400, "ERROR_ARGUMENT"),
  answered(400, "ERROR_NOT_FOUND"),
  answered(400, "ERROR_BATCH_LENGTH_EXCEEDED"),
  answered(405, "ERROR_BATCH_METHOD_NOT_ALLOWED"),
  // Refused before anything ran.
  later(503, "QUERY_LIMIT_EXCEEDED"),
  later(429, "QUERY_LIMIT_EXCEEDED"),
  later(429, "OPERATION_TIME_LIMIT"),
  later(401, "expired_token"),
  later(401, "CONNECTION_ERROR"),
  later(401, "METHOD_CONFIRM_WAITING"),
  later(503, "SOMETHING_NEW"),
  later(429, "SOMETHING_NEW"),
  { when: "503 in HTML", fault: { kind: "html", status: 503 }, outcome: "retry", code: "HTTP_503" },
  { when: "429 in HTML", fault: { kind: "html", status: 429 }, outcome: "retry", code: "HTTP_429" },
  { when: "503 without a body", fault: text(503, ""), outcome: "retry", code: "HTTP_503" },
  // The workspace as a whole cannot send; in the status of the documentation, and in that of the server.
  ...[503, 401].map((status) => suspends(status, "OVERLOAD_LIMIT")),
  suspends(401, "NO_AUTH_FOUND"),
  suspends(401, "authorization_error"),
  suspends(401, "APPLICATION_NOT_FOUND"),
  ...[403, 401].flatMap((status) =>
    ["INVALID_CREDENTIALS", "insufficient_scope", "user_access_error", "ACCESS_DENIED", "WRONG_LICENSE"].map((code) =>
      suspends(status, code),
    ),
  ),
  suspends(403, "WRONG_AUTH_TYPE"),
  suspends(400, "INVALID_REQUEST"),
  suspends(404, "ERROR_METHOD_NOT_FOUND"),
  suspends(404, "ERROR_MANIFEST_IS_NOT_AVAILABLE"),
  suspends(403, "METHOD_CONFIRM_DENIED"),
  ...[500, 403].map((status) => suspends(status, "PORTAL_DELETED")),
  suspends(401, "PAYMENT_REQUIRED"),
  suspends(401, "invalid_grant"),
  suspends(401, "SOMETHING_NEW"),
  {
    when: "a redirect of the same path to a stranger",
    set: (portal) => portal.renameTo("http://evil.example"),
    outcome: "suspend",
    code: "PORTAL_MOVED",
  },
  // It may have run, or has.
  doubtful("HTTP 500 INTERNAL_SERVER_ERROR", json(500, { error: "INTERNAL_SERVER_ERROR" }), "INTERNAL_SERVER_ERROR"),
  doubtful("the same, executed", json(500, { error: "INTERNAL_SERVER_ERROR" }, true), "INTERNAL_SERVER_ERROR"),
  doubtful("ERROR_UNEXPECTED_ANSWER", json(500, { error: "ERROR_UNEXPECTED_ANSWER" }, true), "ERROR_UNEXPECTED_ANSWER"),
  doubtful("ERROR_CORE", json(400, { error: "ERROR_CORE" }, true), "ERROR_CORE"),
  doubtful("HTTP 500 of an unknown code", json(500, { error: "SOMETHING_NEW" }, true), "SOMETHING_NEW"),
  doubtful("HTTP 500 with an empty code", json(500, { error: "" }, true), "HTTP_500"),
  doubtful("a redirect to nowhere", text(302, "", true), "HTTP_302"),
  doubtful("HTTP 500 in HTML", { kind: "html", status: 500, executed: true }, "HTTP_500"),
  doubtful("HTTP 502 in HTML", { kind: "html", status: 502, executed: true }, "HTTP_502"),
  doubtful("HTTP 504 in HTML", { kind: "html", status: 504, executed: true }, "HTTP_504"),
  doubtful("HTTP 200 in HTML", { kind: "html", status: 200, executed: true }, "HTTP_200"),
  doubtful("an empty body", text(200, "", true), "HTTP_200"),
  doubtful("half of the JSON", { kind: "truncate" }, "HTTP_200"),
  doubtful("JSON that ends early", text(200, '{"result":7', true), "HTTP_200"),
  doubtful("JSON of something else", json(200, { hello: "world" }, true), "HTTP_200"),
  doubtful("no answer, executed", { kind: "hang", executed: true }, "NO_ANSWER"),
  doubtful("no answer, not executed", { kind: "hang", executed: false }, "NO_ANSWER"),
  doubtful("a reset, executed", { kind: "reset", executed: true }, "NO_ANSWER"),
  doubtful("a reset, not executed", { kind: "reset", executed: false }, "NO_ANSWER"),
  doubtful("executed when nobody waited any more", { kind: "delay", ms: PATIENCE_MS + 400 }, "NO_ANSWER"),
  // The method ran, and only its answer could not be written down: never repeated.
  {
    when: "WRONG_ENCODING",
    fault: json(400, { error: "WRONG_ENCODING" }, true),
    outcome: "unknown",
    code: "WRONG_ENCODING",
    en: "may or may not have arrived: Bitrix24 answered WRONG_ENCODING",
    ru: "неизвестно, дошло ли: Битрикс24 ответил WRONG_ENCODING",
  },
  { when: "late, but in time", fault: { kind: "delay", ms: 400 }, outcome: "delivered" },
];

/** What `deliveries show` prints, as text and as JSON. */
async function shown(desk: FeedDesk, id: number) {
  const argv = ["deliveries", "show", String(id)];
  const [printed, json] = [await runBeside(desk, argv), await runBeside(desk, [...argv, "--json"])];
  expect([printed.code, json.code]).toEqual([0, 0]);
  return { text: printed.out, json: JSON.parse(json.out) as Record<string, unknown> };
}

async function happened({ fault, set }: Row, tags: "honoured" | "ignored") {
  const isSilent = fault?.kind === "hang" || (fault?.kind === "delay" && fault.ms > PATIENCE_MS);
  const desk = await openFeed({ tags, ...(isSilent && { totalMs: PATIENCE_MS }) });
  set?.(desk.portal);
  if (fault) desk.portal.faults.add({ ...fault, method: METHOD } as Fault);
  const at = await desk.say("/notify @anna hello");
  const [delivery] = await desk.deliveries(at);
  if (!delivery) throw new Error("nothing was accepted");
  desk.start();
  const { store, workspace } = desk;
  const tried = async () => (await store.read.deliveries.attemptsOf(delivery.id)).length > 0;
  await expect.poll(tried).toBe(true);
  const [first] = await store.read.deliveries.attemptsOf(delivery.id);
  const suspended = (await store.read.workspaces.byId(workspace.id))?.suspended;
  const current = await store.read.deliveries.byId(delivery.id);
  const wish = await desk.wish(at);
  const [notification] = await store.read.notifications.bySource(at);
  if (!current || !notification) throw new Error("it is gone");
  const russian = wishFor(wordsIn("ru"), { notification, deliveries: [current], attachments: [] });
  return { desk, at, first, suspended, current, wish, russian: russian.text ?? "" };
}

const FINAL: Readonly<Record<string, string>> = {
  delivered: "delivered",
  suppressed: "suppressed",
  refused: "refused",
  unknown: "unknown",
};

test.each(ROWS)("where tags are ignored, $when: $outcome $code", async (row) => {
  const { desk, first, suspended, current, wish, russian } = await happened(row, "ignored");
  expect(first).toMatchObject({ outcome: row.outcome, code: row.code ?? "" });
  expect(current.verdict).toBe(FINAL[row.outcome]);
  expect(suspended?.code).toBe(row.outcome === "suspend" ? row.code : undefined);
  expect(wish?.mark).toBe(row.outcome === "delivered" ? "delivered" : row.en === undefined ? "stored" : "failed");
  expect(wish?.text ?? "").toContain(row.en ?? "");
  if (row.en === undefined) expect(wish?.text).toBeUndefined();
  expect(russian).toContain(row.ru ?? "");
  const { text: printed, json: printedJson } = await shown(desk, current.id);
  expect(printedJson).toMatchObject({ verdict: current.verdict ?? null, code: current.code ?? null });
  expect(printedJson.history).toMatchObject([{ outcome: row.outcome, code: row.code ?? "" }]);
  expect(printed).toContain(row.code ?? "");
  // Whatever else is claimed: nobody was shown it twice.
  await desk.stop();
  expect(desk.portal.feed(7).length).toBeLessThanOrEqual(1);
});

test.each(ROWS.filter(({ isDoubt }) => isDoubt))(
  "where tags are honoured, $when is repeated until it is certain, and shown once",
  async (row) => {
    const { desk, at, first } = await happened(row, "honoured");
    expect(first).toMatchObject({ outcome: "retry", code: row.code });
    const [delivery] = await desk.settled(at);
    expect(delivery).toMatchObject({ verdict: "delivered", doubtful: true });
    expect(desk.portal.feed(7)).toHaveLength(1);
    expect(await desk.wish(at)).toMatchObject({ mark: "delivered" });
  },
);

// The method's own rest of a minute is looked at elsewhere.
const REPEATED = ROWS.filter(({ outcome, code }) => outcome === "retry" && code !== "OPERATION_TIME_LIMIT");

test.each(REPEATED)("$when is tried again, and shown once", async (row) => {
  const { desk, at } = await happened(row, "ignored");
  const settled = await desk.settled(at);
  expect(settled).toMatchObject([{ verdict: "delivered" }]);
  expect(desk.portal.feed(7)).toHaveLength(1);
});
