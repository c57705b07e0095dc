import fc from "fast-check";
import { expect, test } from "vitest";
import type { Alert } from "../../src/core/alert.ts";
import { echoMark, echoMarks } from "../../src/core/echo.ts";
import { originLine, postText } from "../../src/core/postText.ts";
import { plainText, type RichText } from "../../src/core/richText.ts";
import { alert } from "../support/alerts.ts";

const ORIGIN = originLine("Grafana", ["Ops", "Telegram"]);
const post = (text: RichText = [{ text: "Disk full on db1" }]): string =>
  plainText(postText({ text, fields: [] }, { state: "🔴 Critical", origin: ORIGIN, open: "Open", notes: [] }));

const isEcho = (said: Partial<Alert> | string, origin = ORIGIN): boolean =>
  echoMarks(alert(typeof said === "string" ? { text: [{ text: said }] } : said)).includes(echoMark(origin));

test.each<[string, (text: string) => string]>([
  ["as it is", (text) => text],
  ["behind a name", (text) => `herald24: ${text}`],
  ["behind a name in brackets, on a line of its own", (text) => `[Discord] <herald24>\n${text}`],
  ["quoted", (text) => text.replaceAll(/^/gmu, "> ")],
  ["as one line", (text) => text.replaceAll("\n", " ")],
  ["in bold and italics", (text) => text.replaceAll(/^(.+)$/gmu, "**_$1_**")],
  ["in capitals", (text) => text.toUpperCase()],
  ["with another line behind it", (text) => `${text}\n(via Bridge)`],
  ["cut off", (text) => `${text.slice(0, 45)}…`],
])("our own post is known again %s", (_, carried) => {
  expect(isEcho(carried(post()))).toBe(true);
});

test("it is known wherever the other bridge puts it: as a title, as fields, split at a colon", () => {
  const [state = "", origin = "", text = ""] = post().split("\n");
  expect(isEcho({ title: origin, text: [{ text }] })).toBe(true);
  expect(isEcho({ title: state, text: [], fields: [{ name: "message", value: `${origin}\n${text}` }] })).toBe(true);
  const named = originLine("web-1: nginx", ["Ops", "Telegram"]);
  expect(isEcho({ fields: [{ name: "↳ web-1", value: "nginx · Ops, Telegram" }] }, named)).toBe(true);
});

test("a bridge that knows no such sign changes nothing, as long as the line is distinctive", () => {
  const origin = originLine("Ivan Petrov", ["Ops", "Telegram"]);
  expect(isEcho("bridge: Ivan Petrov - Ops, Telegram\nDisk full", origin)).toBe(true);
});

test("what people and monitors say themselves is no echo, however often, nor what looks alike", () => {
  for (const said of [
    "ok",
    "Disk full on db1",
    "Grafana",
    "Grafana · Ops",
    "ops telegram",
    "Critical",
    "↳",
    "↳ see above",
  ])
    expect(isEcho(said)).toBe(false);
  expect(isEcho("Grafana Ops Telegram are the three words of this line")).toBe(false);
});

test("a person who quotes our post and says something to it is heard; a bot that quotes it is not", () => {
  const quoted: RichText = [{ text: post(), styles: ["quote"] }, { text: "\nI have restarted it" }];
  const person = { kind: "person", id: "7", name: "Anna" } as const;
  expect(isEcho({ author: person, text: quoted })).toBe(false);
  expect(isEcho({ author: person, text: [{ text: `${post().replaceAll(/^/gmu, "> ")}\nI have restarted it` }] })).toBe(
    false,
  );
  expect(isEcho({ text: quoted })).toBe(true);
  expect(isEcho({ author: person, text: [{ text: post(), styles: ["quote"] }] })).toBe(true);
});

test("whoever is named, and whatever is said, our post is known again, and the number of marks is bounded", () => {
  const name = fc
    .string({ unit: "grapheme", minLength: 1, maxLength: 40 })
    .filter((text) => /[\p{L}\p{N}]/u.test(text));
  fc.assert(
    fc.property(name, name, fc.string({ unit: "grapheme", maxLength: 2_000 }), (author, place, text) => {
      const origin = originLine(author, [place, "Telegram"]);
      const said = plainText(postText({ text: [{ text }], fields: [] }, { origin, open: "Open", notes: [] }));
      const marks = echoMarks(alert({ text: [{ text: `bridge: ${said}` }] }));
      expect(marks).toContain(echoMark(origin));
      expect(marks.length).toBeLessThan(1_500);
    }),
  );
});
