import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ATTACH_LIMIT, attachSize, fileBlockOf } from "../../src/core/attach.ts";
import { characters } from "../../src/core/bbcode.ts";
import {
  composeNotification,
  isOverlong,
  MESSAGE_LIMIT,
  type NotificationParts,
  TEXT_LIMIT,
} from "../../src/core/compose.ts";
import { alive, hostileRichText, hostileText } from "./adversary.ts";

const parts = (changes: Partial<NotificationParts> = {}): NotificationParts => ({
  kind: "personal",
  recipientId: 42,
  heading: { sender: "Ann", origin: "CI alerts, Telegram" },
  text: [{ text: "Build is " }, { text: "red", styles: ["bold"] }],
  notes: [],
  blocks: [],
  tag: "h24.m.x.42",
  subTag: "h24.s.x",
  ...changes,
});

describe("composeNotification", () => {
  test("says who, where and what, for the feed and for e-mail", () => {
    const block = fileBlockOf({ name: "log.txt", link: "https://media.example/f/1", size: 5 });
    const composed = composeNotification(
      parts({ notes: ["graph.png: too big"], blocks: [block], clientId: "herald24", link: "https://t.me/c/1/7" }),
    );
    expect(composed).toEqual({
      method: "im.notify.personal.add",
      params: {
        USER_ID: 42,
        MESSAGE:
          "[b]Ann[/b], [url=https://t.me/c/1/7]CI alerts, Telegram[/url]\nBuild is [b]red[/b]\ngraph.png: too big",
        MESSAGE_OUT: "Ann, CI alerts, Telegram (https://t.me/c/1/7)\nBuild is red\ngraph.png: too big",
        TAG: "h24.m.x.42",
        SUB_TAG: "h24.s.x",
        CLIENT_ID: "herald24",
        ATTACH: [block],
      },
      leftOver: [],
      cut: false,
    });
  });

  test("leaves out what there is none of", () => {
    const { method, params } = composeNotification(parts({ kind: "system", text: [] }));
    expect(method).toBe("im.notify.system.add");
    expect(params.MESSAGE).toBe("[b]Ann[/b], CI alerts, Telegram");
    expect(Object.keys(params)).toEqual(["USER_ID", "MESSAGE", "MESSAGE_OUT", "TAG", "SUB_TAG"]);
  });

  test("a sender's name cannot forge a line or a code", () => {
    const { params } = composeNotification(parts({ heading: { sender: "x\n[b]CEO[/b]", origin: "a\nb" }, text: [] }));
    expect(params.MESSAGE).toBe("[b]x ［b］CEO［/b］[/b], a b");
  });

  test("who is their own place, as a hook or a channel is, is named once, and leads there", () => {
    const heading = { sender: "Prometheus", origin: "Prometheus" };
    const { params } = composeNotification(parts({ heading, text: [], link: "https://graph.example/1" }));
    expect(params.MESSAGE).toBe("[url=https://graph.example/1][b]Prometheus[/b][/url]");
    expect(params.MESSAGE_OUT).toBe("Prometheus (https://graph.example/1)");
    expect(composeNotification(parts({ heading, text: [] })).params.MESSAGE).toBe("[b]Prometheus[/b]");
  });

  test("cuts an over-long text within the limit and keeps heading and notes", () => {
    const long = [{ text: "[x] ".repeat(6_000), styles: ["bold" as const] }];
    const { params, cut } = composeNotification(parts({ text: long, notes: ["log.txt goes along"] }));
    expect(cut).toBe(true);
    expect(characters(params.MESSAGE)).toBe(MESSAGE_LIMIT);
    expect(params.MESSAGE).toMatch(/^\[b\]Ann\[\/b\].*…\nlog\.txt goes along$/su);
    expect(isOverlong(long)).toBe(true);
    expect(isOverlong(parts().text)).toBe(false);
  });

  test("never cuts a text that was not announced as over-long, whatever stands around it", () => {
    const text = [{ text: "x".repeat(TEXT_LIMIT) }];
    const wide = "&lt;".repeat(2_000);
    const heading = { sender: wide, origin: wide };
    const composed = composeNotification(
      parts({ heading, text, notes: [wide, wide], link: `https://a.example/${"ы".repeat(280)}` }),
    );
    expect(isOverlong(text)).toBe(false);
    expect(composed.cut).toBe(false);
    expect(characters(composed.params.MESSAGE)).toBeLessThanOrEqual(MESSAGE_LIMIT);
  });

  test("blocks for which there is no room are handed back, none is lost", () => {
    const small = fileBlockOf({ name: "s", link: "https://media.example/s" });
    const big = (id: number) => fileBlockOf({ name: "b", link: `https://media.example/${id}${"x".repeat(30_000)}` });
    const blocks = [big(1), big(2), small, big(3)];
    const { params, leftOver } = composeNotification(parts({ blocks }));
    expect(params.ATTACH).toEqual([big(1), small]);
    expect(leftOver).toEqual([big(2), big(3)]);
    expect(attachSize(params.ATTACH ?? [])).toBeLessThan(ATTACH_LIMIT);
  });

  test("a dollar in a link is spelled so that no batch reads a reference", () => {
    const block = { IMAGE: [{ NAME: "x", LINK: "https://a.example/$result[a]", PREVIEW: "https://a.example/$time" }] };
    expect(composeNotification(parts({ blocks: [block] })).params.ATTACH).toEqual([
      { IMAGE: [{ NAME: "x", LINK: "https://a.example/%24result[a]", PREVIEW: "https://a.example/%24time" }] },
    ]);
  });

  test("keeps nothing of a stranger's alive, wherever they wrote it", () => {
    fc.assert(
      fc.property(
        hostileText,
        hostileText,
        hostileRichText,
        fc.array(hostileText, { maxLength: 3 }),
        (sender, origin, text, notes) => {
          const { params } = composeNotification(parts({ heading: { sender, origin }, text, notes }));
          const shown = params.MESSAGE.replaceAll(/^>>/gmu, "").replaceAll(
            /\[\/?(?:b|i|u|s|code|url)(?:=[^\]\s]+)?\]/gu,
            "\u2063",
          );
          expect(alive(shown)).toEqual([]);
          expect(alive(params.MESSAGE_OUT)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });
});
