import { describe, expect, test } from "vitest";
import { COMMANDS, readCommand } from "../../src/core/command.ts";
import { plain, plainText, type RichText } from "../../src/core/richText.ts";

const OWN = { prefix: "/", botName: "Herald24Bot" } as const;

function read(text: string | RichText) {
  const found = readCommand(typeof text === "string" ? plain(text) : text, OWN);
  return found.kind === "command" ? `${found.name}|${plainText(found.rest)}` : found.kind;
}

describe("readCommand", () => {
  test.each([
    ["/notify @anna x", "notify|@anna x"],
    ["/NOTIFY@herald24bot   @anna", "notify|@anna"],
    ["/уведомить @anna", "notify|@anna"],
    ["/Уведомить", "notify|"],
    ["/notify\n@anna x", "notify|@anna x"],
    ["/start", "help|"],
    ["/notify@other_bot @anna", "none"],
    [" /notify @anna", "none"],
    ["see /notify", "none"],
    ["!notify @anna", "none"],
    ["/", "none"],
    ["/usr/bin/env", "none"],
    ["/nonsense", "unknown-command"],
    ["/notifyall", "unknown-command"],
  ])("%j is %j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test("a typed Discord command has no bot name", () => {
    expect(readCommand(plain("!notify @anna"), { prefix: "!" })).toMatchObject({ kind: "command", name: "notify" });
    expect(readCommand(plain("!notify@somebot @anna"), { prefix: "!" })).toEqual({ kind: "none" });
    expect(readCommand(plain("!!!"), { prefix: "!" })).toEqual({ kind: "none" });
  });

  test("the rest keeps its formatting and mentions", () => {
    const mention = { userId: "7" };
    const text: RichText = [{ text: "/notify " }, { text: "Anna B", mention }, { text: " now", styles: ["bold"] }];
    expect(readCommand(text, OWN)).toEqual({ kind: "command", name: "notify", rest: text.slice(1) });
  });

  test("works inside a bold message, but not in code and not under a link", () => {
    expect(read([{ text: "/notify x", styles: ["bold"] }])).toBe("notify|x");
    expect(read([{ text: "/notify x", styles: ["code"] }])).toBe("none");
    expect(read([{ text: "/notify", link: "https://a.example" }])).toBe("none");
  });

  test("no word names two commands", () => {
    const words = Object.values(COMMANDS).flat();
    expect(new Set(words).size).toBe(words.length);
  });
});
