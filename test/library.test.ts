import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { type Portal, startPortal } from "../sandbox/bitrix24/portal.ts";
import * as library from "../src/library.ts";

const { createPersonalNotification, createSystemNotification, deleteNotification, InvalidInputError } = library;

const APP = { clientId: "app.test", clientSecret: "c".repeat(24), scopes: ["im"], userId: 1 };

async function sandboxPortal(): Promise<Portal> {
  const portal = await startPortal({ limits: "off", apps: [APP] });
  onTestFinished(() => portal.close());
  return portal;
}

const to = (portal: Portal) => ({ url: portal.webhookUrl(1), privateHosts: [portal.host], userId: 7, text: "hello" });

const PICTURE = library.pictureBlock("graph.png", "https://a.example/graph.png");

describe("createPersonalNotification", () => {
  test("sends the seed's fields in the seed's order, text and tag unchanged", async () => {
    const portal = await sandboxPortal();
    const text = "[b]Build[/b] is <i>red</i> $result[a]\n  ";
    const sent = await createPersonalNotification({
      ...to(portal),
      userId: "7",
      text,
      tag: "CI #1",
      attachments: [PICTURE],
    });
    expect(sent.verdict).toEqual({ kind: "delivered", notificationId: 501 });
    expect(Object.entries(portal.requests[0]?.body ?? {})).toEqual([
      ["USER_ID", 7],
      ["MESSAGE", text],
      ["TAG", "CI #1"],
      ["ATTACH", [PICTURE]],
      ["CLIENT_ID", "herald24"],
    ]);
  });

  test("sends nothing about what was not given", async () => {
    const portal = await sandboxPortal();
    await createPersonalNotification({ ...to(portal), tag: "", attachments: [], token: "" });
    expect(Object.keys(portal.requests[0]?.body ?? {})).toEqual(["USER_ID", "MESSAGE"]);
  });

  test("with a token calls the portal's domain as the application, also when a webhook's address was given", async () => {
    const portal = await sandboxPortal();
    const { accessToken: token } = portal.issueTokens(APP.clientId);
    for (const url of [portal.url, portal.webhookUrl(1)]) {
      const sent = await createPersonalNotification({ ...to(portal), url, token, tag: "a" });
      expect(sent.verdict.kind).toBe("delivered");
    }
    for (const { body, path } of portal.requests) {
      expect(Object.keys(body)).toEqual(["auth", "USER_ID", "MESSAGE", "TAG"]);
      expect(path).toBe("/rest/im.notify.personal.add");
    }
    expect(portal.feed(7)).toHaveLength(1);
  });

  test("takes the full form of blocks as well", async () => {
    const portal = await sandboxPortal();
    const attachments = { COLOR_TOKEN: "alert", BLOCKS: [PICTURE] };
    expect((await createPersonalNotification({ ...to(portal), attachments })).verdict.kind).toBe("delivered");
    expect(portal.requests[0]?.body.ATTACH).toEqual(attachments);
  });

  test("takes one block alone, as the picture and file functions give it, and sends a list", async () => {
    const portal = await sandboxPortal();
    const { verdict } = await createPersonalNotification({ ...to(portal), attachments: PICTURE });
    expect(verdict.kind).toBe("delivered");
    expect(portal.requests[0]?.body.ATTACH).toEqual([PICTURE]);
  });

  test("gives the portal's answer untouched beside the verdict, and the bytes as they came", async () => {
    const portal = await sandboxPortal();
    const text = '{ "result" : false,\n "extra": "ä" }\n';
    const server = createServer((_, response) => response.end(text));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    onTestFinished(async () => void (await new Promise((resolve) => server.close(resolve))));
    const url = portal.webhookUrl(1).replace(portal.host, `127.0.0.1:${(server.address() as AddressInfo).port}`);
    const sent = await createPersonalNotification({ ...to(portal), url, privateHosts: "127.0.0.1" });
    expect(sent.answer).toEqual({ result: false, extra: "ä" });
    expect(Buffer.from(sent.body).toString()).toBe(text);
    expect(sent.verdict).toMatchObject({ kind: "refused", code: "RESULT_FALSE" });
  });

  test("reports each kind of end as it is", async () => {
    const portal = await sandboxPortal();
    const verdictFor = async (changes: object = {}) =>
      (await createPersonalNotification({ ...to(portal), ...changes })).verdict;
    expect(await verdictFor({ userId: 9 })).toMatchObject({ kind: "refused", code: "RESULT_FALSE" });
    portal.setUser({ id: 8, notificationsOff: true });
    expect(await verdictFor({ userId: 8 })).toEqual({ kind: "suppressed" });
    portal.faults.add({ kind: "reply", status: 503, body: { error: "QUERY_LIMIT_EXCEEDED" } });
    expect(await verdictFor()).toMatchObject({ kind: "retry", cause: "rate" });
    portal.faults.add({ kind: "reply", status: 500, body: { error: "INTERNAL_SERVER_ERROR" } });
    expect(await verdictFor({ tag: "a" })).toMatchObject({ kind: "unknown" });
    portal.faults.add({ kind: "hang", executed: true });
    expect(await verdictFor({ timeoutMs: 100 })).toMatchObject({ kind: "unknown" });
    expect(portal.requests).toHaveLength(5);
    await portal.pause();
    expect(await verdictFor()).toMatchObject({ kind: "retry", cause: "unreachable" });
  });

  test("never repeats a call by itself", async () => {
    const portal = await sandboxPortal();
    portal.faults.add({ kind: "reset", executed: true });
    const sent = await createPersonalNotification(to(portal));
    expect(sent).toMatchObject({ verdict: { kind: "unknown" }, answer: undefined, fault: expect.any(String) });
    expect(portal.requests).toHaveLength(1);
    expect(portal.feed(7)).toHaveLength(1);
  });

  test("stops waiting when aborted", async () => {
    const portal = await sandboxPortal();
    portal.faults.add({ kind: "hang", executed: false });
    const controller = new AbortController();
    const stopped = new Error("stop");
    portal.onRequest(() => controller.abort(stopped));
    await expect(createPersonalNotification({ ...to(portal), signal: controller.signal })).rejects.toBe(stopped);
  });
});

test("a portal that quotes what it refuses brings neither secrets nor line breaks into a verdict, and is still given untouched", async () => {
  const portal = await sandboxPortal();
  const code = portal.webhookUrl(1).split("/").at(-2) ?? "";
  const { accessToken: token } = portal.issueTokens(APP.clientId);
  const quoting = (secret: string) => ({
    error: `BAD ${secret}`,
    error_description: `no such pair 1/${secret}\n at ${portal.url}/rest/1/${secret}/x \u001b[31m`,
  });
  for (const secret of [code, token]) {
    const body = quoting(secret);
    portal.faults.add({ kind: "reply", status: 403, body });
    const more = secret === token ? { url: portal.url, token } : {};
    const { answer, verdict } = await createPersonalNotification({ ...to(portal), ...more });
    expect(answer).toEqual(body);
    expect(verdict).toMatchObject({
      kind: "refused",
      reason: expect.stringMatching(/^no such pair 1\/\*\*\* at [ -~]+$/u),
    });
    expect(JSON.stringify(verdict).toLowerCase()).not.toContain(secret.toLowerCase());
  }
});

test("createSystemNotification has no author", async () => {
  const portal = await sandboxPortal();
  expect((await createSystemNotification(to(portal))).verdict.kind).toBe("delivered");
  expect(portal.requests[0]?.method).toBe("im.notify.system.add");
});

test("deleteNotification takes from the acting user's own feed, and says so when it cannot", async () => {
  const portal = await sandboxPortal();
  await createPersonalNotification({ ...to(portal), userId: 1 });
  await createPersonalNotification(to(portal));
  const options = { url: portal.webhookUrl(1), privateHosts: [portal.host] };
  expect(await deleteNotification({ ...options, notificationId: "501" })).toMatchObject({
    verdict: { kind: "recalled" },
  });
  expect(portal.feed(1)).toEqual([]);
  expect((await deleteNotification({ ...options, notificationId: 502 })).verdict).toMatchObject({
    kind: "refused",
    reason: expect.stringContaining("feed"),
  });
});

describe("what cannot be right is refused before any request", () => {
  const block = (LINK?: unknown) => [{ IMAGE: { NAME: "x", ...(LINK === undefined ? {} : { LINK }) } }];

  test.each([
    ["user", { userId: undefined }],
    ["user", { userId: "" }],
    ["user", { userId: "abc" }],
    ["user", { userId: "12abc" }],
    ["user", { userId: 0 }],
    ["user", { userId: -7 }],
    ["user", { userId: 1.5 }],
    ["user", { userId: [7] }],
    ["user", { userId: true }],
    ["text", { text: "" }],
    ["text", { text: " \n " }],
    ["text", { text: 5 }],
    ["text", { text: "half a character \ud83d" }],
    ["tag", { tag: "x".repeat(247) }],
    ["tag", { tag: "0" }],
    ["tag", { tag: 5 }],
    ["blocks", { attachments: { PICTURE: {} } }],
    ["blocks", { attachments: "text" }],
    ["blocks", { attachments: 42 }],
    ["blocks[0]", { attachments: ["x"] }],
    ["blocks[0].IMAGE", { attachments: block() }],
    ["blocks[0].IMAGE", { attachments: block("ftp://a.example/x") }],
    ["blocks[0].IMAGE", { attachments: block("//a.example/x") }],
    ["blocks[0].IMAGE", { attachments: block("a.example/x") }],
    ["blocks", { attachments: Array.from({ length: 60 }, () => ({ MESSAGE: "x".repeat(1_000) })) }],
    ["token", { token: 12345678 }],
    ["url", { url: "" }],
    ["url", { url: undefined }],
    ["url", { url: "acme.bitrix24.com" }],
    ["url", { privateHosts: [] }],
  ])("%s of %j", async (subject, changes) => {
    const portal = await sandboxPortal();
    const options = { ...to(portal), ...changes } as unknown as library.NotificationOptions;
    const failure = await createPersonalNotification(options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidInputError);
    if (!(failure instanceof InvalidInputError)) return;
    expect(failure.subject).toContain(subject);
    expect(failure.value).not.toBe("");
    for (const part of [failure.value, failure.rule.slice(1), failure.remedy.slice(1)])
      expect(failure.message).toContain(part);
    expect(failure.message).not.toContain(portal.webhookUrl(1).split("/").at(-2));
    expect(portal.requests).toEqual([]);
  });

  test("blocks that are no JSON, or have holes", async () => {
    const portal = await sandboxPortal();
    const loop: Record<string, unknown> = { LINK: "https://a.example" };
    loop.LOOP = loop;
    for (const attachments of [[{ FILE: loop }], [{ FILE: { LINK: "https://a.example", SIZE: 5n } }], new Array(1)])
      await expect(createPersonalNotification({ ...to(portal), attachments })).rejects.toThrow(InvalidInputError);
    expect(portal.requests).toEqual([]);
  });

  test("also what JSON cannot show", async () => {
    const portal = await sandboxPortal();
    const options = { ...to(portal), userId: 7n } as unknown as library.NotificationOptions;
    await expect(createPersonalNotification(options)).rejects.toThrow(/^user 7: /u);
    expect(portal.requests).toEqual([]);
  });

  test.each([[undefined], ["abc"], [0], [[501]]])("notification %j", async (notificationId) => {
    const portal = await sandboxPortal();
    const options = { url: portal.webhookUrl(1), privateHosts: [portal.host], notificationId };
    await expect(deleteNotification(options as library.DeletionOptions)).rejects.toThrow(InvalidInputError);
    expect(portal.requests).toEqual([]);
  });

  test("but a tag of 246 characters and a heavy but allowed ATTACH go through", async () => {
    const portal = await sandboxPortal();
    const attachments = Array.from({ length: 50 }, () => ({ MESSAGE: "ж".repeat(1_000) }));
    const sent = await createPersonalNotification({ ...to(portal), tag: "я".repeat(246), attachments });
    expect(sent.verdict.kind).toBe("delivered");
  });
});

test("private hosts are those of the environment unless they are given", async () => {
  const portal = await sandboxPortal();
  vi.stubEnv("PRIVATE_HOSTS", portal.host);
  onTestFinished(() => void vi.unstubAllEnvs());
  const sent = await library.CreatePersonalNotification(portal.webhookUrl(1), 7, "hello");
  expect(sent.verdict.kind).toBe("delivered");
  await expect(createPersonalNotification({ ...to(portal), privateHosts: [] })).rejects.toThrow(InvalidInputError);
});

test("the seed's names take the seed's parameters in its order, in English and in Russian", async () => {
  const portal = await sandboxPortal();
  const { accessToken } = portal.issueTokens(APP.clientId);
  const further = { privateHosts: [portal.host] };
  const blocks = [
    library.ПолучитьБлокКартинки("a.png", "https://a.example/a.png"),
    library.GetFileBlock("b", "https://a.example/b"),
  ];
  await library.CreatePersonalNotification(portal.webhookUrl(1), "7", "one", "t1", blocks, "", further);
  await library.СоздатьСистемноеУведомление(portal.url, 1, "two", "", "", accessToken, further);
  await library.УдалитьУведомление(portal.url, 502, accessToken, further);
  expect(portal.requests.map(({ method }) => method)).toEqual([
    "im.notify.personal.add",
    "im.notify.system.add",
    "im.notify.delete",
  ]);
  expect(portal.requests[0]?.body).toMatchObject({ USER_ID: 7, MESSAGE: "one", TAG: "t1", ATTACH: blocks });
  expect(portal.requests[1]?.body).toEqual({ auth: accessToken, USER_ID: 1, MESSAGE: "two" });
  expect(portal.feed(1)).toEqual([]);
  expect(library.СоздатьПерсональноеУведомление).toBe(library.CreatePersonalNotification);
  expect(library.CreateSystemNotification).toBe(library.СоздатьСистемноеУведомление);
  expect(library.DeleteNotification).toBe(library.УдалитьУведомление);
  expect(library.GetPictureBlock).toBe(library.ПолучитьБлокКартинки);
  expect(library.ПолучитьБлокФайла).toBe(library.fileBlock);
});
