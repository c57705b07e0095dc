import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { commandForms } from "../../../adapters/discord/commands.ts";
import { failureOf, outcomeOf } from "../../../adapters/discord/failures.ts";
import { readMarkdown } from "../../../adapters/discord/markdown.ts";
import { isOutdated } from "../../../adapters/discord/outdated.ts";
import { outgoing } from "../../../adapters/discord/outgoing.ts";
import { readPayload, writePayload } from "../../../adapters/discord/payload.ts";
import { boundTo, chatOf, idAt, isNewer, messageIdOf, spotOf } from "../../../adapters/discord/place.ts";
import { textOf } from "../../../adapters/discord/textOf.ts";
import type { ChatRef, IncomingMessage } from "../../../src/core/chat.ts";
import { plainText } from "../../../src/core/richText.ts";
import { WORDS } from "./house.ts";

const NAMES = { user: () => undefined, role: () => undefined, channel: () => undefined };

describe("what goes out", () => {
  test("any text without addresses is shown as it was, and holds no markup", () => {
    const character = fc.constantFrom(..."*_~`|<>[]()#-\\@ \n:/abя😀");
    const typed = fc.string({ unit: character, maxLength: 120 }).filter((text) => !text.includes("://"));
    fc.assert(
      fc.property(typed, (text) => {
        const runs = readMarkdown(outgoing(text), NAMES);
        expect(plainText(runs).replaceAll("\u200b", "")).toBe(text);
        expect(runs.every((run) => !run.styles && !run.link && !run.mention)).toBe(true);
      }),
    );
  });

  test("never more than 2000 characters, never a half character or a half escape", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("*", "😀", "a", "@"), minLength: 1500, maxLength: 3000 }),
        (text) => {
          const sent = outgoing(text);
          expect(sent.length).toBeLessThanOrEqual(2000);
          expect(sent.isWellFormed()).toBe(true);
          expect(sent).not.toMatch(/(?<!\\)(?:\\\\)*\\…$/);
        },
      ),
    );
  });

  test("a command can be copied out of an answer, a mass mention cannot", () => {
    expect(outgoing("!notify @anna Build")).toBe("!notify @anna Build");
    expect(outgoing("@everyone @Here")).not.toMatch(/@(?:everyone|here)/i);
  });

  test("an address stays one that can be followed, and can start no markup", () => {
    expect(outgoing("see https://a.example/x_y_z?q=1 now")).toBe("see https://a.example/x_y_z?q=1 now");
    expect(outgoing("https://a.example/**b**](c)@everyone")).toBe(
      "https://a.example/%2A%2Ab%2A%2A%5D%28c%29%40everyone",
    );
  });
});

describe("an alert's text", () => {
  test("is gathered from content, embeds, components and forwarded originals, but not from link previews", () => {
    const embed = {
      type: "rich",
      author: { name: "Grafana" },
      title: "CPU",
      url: "https://g.example",
      description: "**hot**",
      fields: [{ name: "host", value: "`a`" }],
      footer: { text: "v1" },
    };
    const components = [{ type: 17, components: [{ type: 9, components: [{ type: 10, content: "deep" }] }] }];
    const original = { content: "was", embeds: [], components: [], snapshots: [] };
    const preview = { type: "link", title: "a page" };
    const runs = textOf({ content: "top", embeds: [embed, preview], components, snapshots: [original] }, NAMES);
    expect(plainText(runs)).toBe("top\nGrafana\nCPU\nhot\nhost\na\nv1\ndeep\nwas");
    expect(runs).toContainEqual({ text: "CPU", styles: ["bold"], link: "https://g.example" });
  });
});

describe("the list of commands", () => {
  const registered = () =>
    commandForms(WORDS).map((form) => ({
      id: "1",
      version: "2",
      default_member_permissions: null,
      nsfw: false,
      ...form,
      description: form.description ?? "",
      description_localizations: form.description_localizations ?? null,
    }));

  test("is up to date whatever Discord adds and in whatever order it comes", () => {
    expect(isOutdated(registered().toReversed(), commandForms(WORDS))).toBe(false);
  });

  test.each([
    ["a missing command", registered().slice(1)],
    ["another description", registered().map((form, place) => (place === 0 ? { ...form, description: "old" } : form))],
    ["a missing localisation", registered().map((form) => ({ ...form, name_localizations: null }))],
    ["something that is no list", { message: "?" }],
  ])("is outdated with %s", (_, list) => {
    expect(isOutdated(list, commandForms(WORDS))).toBe(true);
  });
});

describe("places", () => {
  const chat = (threadId: string): ChatRef => ({ platform: "discord", chatId: "1", threadId });

  test("a thread counts as its channel only where that channel is bound", () => {
    const placed = { guildId: "1", channelId: "20", parentId: "10" };
    expect(chatOf([chat("10")], placed)).toEqual(chat("10"));
    expect(chatOf([chat("10"), chat("20")], placed)).toEqual(chat("20"));
    expect(chatOf([chat("")], placed)).toEqual(chat("20"));
    expect(chatOf([], placed)).toEqual(chat("20"));
    expect(boundTo([chat("")], placed)).toEqual(chat(""));
    expect(boundTo([chat("10")], { guildId: "2", channelId: "10" })).toBeUndefined();
  });

  test("a message's id leads back to its place", () => {
    for (const spot of [
      { channelId: "10", messageId: "5" },
      { channelId: "20", messageId: "5" },
    ]) {
      expect(spotOf(chat("10"), messageIdOf(spot, chat("10")))).toEqual(spot);
    }
  });

  test("the least id of a moment lies between those before and after it", () => {
    // Discord's documentation: 175928847299117063 was made at 1462015105796.
    expect(isNewer("175928847299117063", idAt(1_462_015_105_796))).toBe(true);
    expect(isNewer(idAt(1_462_015_105_797), "175928847299117063")).toBe(true);
    expect(idAt(0)).toBe("0");
  });

  test("ids are compared as the numbers they are", () => {
    expect(isNewer("10000000000000000001", "9999999999999999999")).toBe(true);
    expect(isNewer("9007199254740993", "9007199254740993")).toBe(false);
  });
});

describe("stored messages", () => {
  const message: IncomingMessage = {
    at: { platform: "discord", chatId: "1", threadId: "2", messageId: "3" },
    place: { kind: "group", title: "t" },
    sender: { kind: "person", userId: "4", name: "n" },
    text: [{ text: "a", styles: ["bold"], mention: { userId: "5" } }],
    media: [],
    parts: [{ kind: "poll", question: "x", options: ["a", "b"] }],
    sentAt: 1,
    edited: false,
    command: "notify",
    options: { to: "<@5>", mentions: [{ userId: "5", username: "a", label: "A" }], user: { userId: "5", label: "A" } },
  };

  test("come back as they were", () => {
    expect(readPayload(writePayload(message))).toEqual(message);
  });

  test.each(["", "{}", "null", '{"at":1}'])("are undefined when %j was stored", (payload) => {
    expect(readPayload(payload)).toBeUndefined();
  });
});

test.each([
  [{ status: 404, code: 10008 }, "impossible"],
  [{ status: 403, code: 50007 }, "not-allowed"],
  [{ status: 401, code: 50027 }, "not-allowed"],
  [{ status: 413, code: 40005 }, "impossible"],
  [{ status: 401, code: 0 }, "later"],
  [{ status: 502 }, "unknown"],
  [{ code: "ECONNREFUSED" }, "later"],
  [{ cause: { code: "ECONNRESET" } }, "unknown"],
  [{ retryAfter: 5 }, "later"],
  ["a string", "unknown"],
])("after %j a post is %s", (error, kind) => {
  expect(outcomeOf(failureOf(error), false).kind).toBe(kind);
});
