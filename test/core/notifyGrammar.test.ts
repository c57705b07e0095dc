import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseNotify, parseRecipients, parseTag, type RecipientRef } from "../../src/core/notifyGrammar.ts";
import { plain, plainText, type RichText } from "../../src/core/richText.ts";
import { hostileRichText, hostileText } from "./adversary.ts";

const who = (recipient: RecipientRef): string => {
  switch (recipient.kind) {
    case "account":
      return `account ${recipient.mention.userId ?? recipient.mention.username}`;
    case "name":
      return `name ${recipient.name}`;
    case "bitrix-id":
      return `id ${recipient.id}`;
    case "email":
      return `mail ${recipient.email}`;
    default:
      return recipient satisfies never;
  }
};

function read(text: string | RichText): string {
  const parsed = parseNotify(typeof text === "string" ? plain(text) : text);
  if (parsed.kind === "malformed") return `${parsed.problem} ${parsed.value ?? ""}`.trim();
  return `${parsed.recipients.map(who).join(", ")} | ${plainText(parsed.text)} | ${parsed.tag ?? ""}`.trim();
}

describe("parseNotify", () => {
  test.each([
    ["@anna Build is red #ci", "name anna | Build is red | ci"],
    [
      "@anna, @bob,@oncall  id:42 boris@firm.ru text",
      "name anna, name bob, name oncall, id 42, mail boris@firm.ru | text |",
    ],
    ["@дежурные сборка красная #сборка", "name дежурные | сборка красная | сборка"],
    ["@anna: look", "name anna | look |"],
    ["@anna, look", "name anna | look |"],
    ["@anna one\n\n  two\n#ci\n", "name anna | one\n\n  two | ci"],
    ["@anna", "name anna |  |"],
    ["@anna #ci", "name anna |  | ci"],
    ["@anna see #4 and #ci today", "name anna | see #4 and #ci today |"],
    ["@anna x #123", "name anna | x #123 |"],
    ["@anna x #2026_a", "name anna | x | 2026_a"],
    ["@anna x #a #b", "name anna | x #a | b"],
    ["@anna x #a#b", "name anna | x #a#b |"],
    ["@anna x #a-b", "name anna | x #a-b |"],
    ["@anna x#a", "name anna | x#a |"],
    ["@anna x \\#a", "name anna | x #a |"],
    ["@anna \\#x \\#y #z", "name anna | #x #y | z"],
    ["@anna see https://x.example/#top", "name anna | see https://x.example/#top |"],
    ["@anna see https://x.example/#top #ci", "name anna | see https://x.example/#top | ci"],
    [`@anna x #${"t".repeat(256)}`, `name anna | x | ${"t".repeat(256)}`],
    [`@anna x #${"t".repeat(257)}`, `name anna | x #${"t".repeat(257)} |`],
    ["@anna.smith-jr x", "name anna.smith-jr | x |"],
    ['@"Anna Smith" x', "name Anna Smith | x |"],
    ["@anna then @bob too", "name anna | then @bob too |"],
    ["@anna 'quoted' x", "name anna | 'quoted' x |"],
    ["id:2147483647 x", "id 2147483647 | x |"],
    ["ID:7 x", "id 7 | x |"],
    ["", "no-recipient"],
    ["   ", "no-recipient"],
    ["Build is red", "no-recipient Build"],
    ["id:0 x", "bad-recipient id:0"],
    ["id:-1 x", "bad-recipient id:-1"],
    ["id:2147483648 x", "bad-recipient id:2147483648"],
    ["id:4x y", "bad-recipient id:4x"],
    ["id:abc y", "bad-recipient id:abc"],
    ["@anna id:0 x", "bad-recipient id:0"],
    ["@ anna", "bad-recipient @"],
    ["anna@firm x", "bad-recipient anna@firm"],
  ])("%j is read as %j", (text, expected) => {
    expect(read(text)).toBe(expected);
  });

  test("a mention names an account, whatever its text, and may be partly bold", () => {
    const mention = { userId: "7" };
    const text: RichText = [
      { text: "Anna ", mention },
      { text: "Maria", mention, styles: ["bold"] },
      { text: " " },
      { text: "@bob", mention: { username: "bob" } },
      { text: ", look " },
      { text: "@carl", mention: { username: "carl" } },
    ];
    expect(read(text)).toBe("account 7, account bob | look @carl |");
  });

  test("neither code nor links name recipients or tags, and code keeps its backslashes", () => {
    expect(read([{ text: "@anna", styles: ["code"] }, { text: " x" }])).toBe("no-recipient @anna");
    expect(read([{ text: "@anna", link: "https://a.example" }, { text: " x" }])).toBe("no-recipient @anna");
    expect(read([{ text: "@anna x " }, { text: "#ci", styles: ["pre"] }])).toBe("name anna | x #ci |");
    expect(read([{ text: "@anna x " }, { text: "\\#ci", styles: ["code"] }])).toBe("name anna | x \\#ci |");
    expect(read([{ text: "@anna x " }, { text: "#ci", link: "https://a.example" }])).toBe("name anna | x #ci |");
  });

  test("a channel at the end stands for the tag of its name", () => {
    expect(read([{ text: "@anna x " }, { text: "#build-alerts", channel: true }, { text: " " }])).toBe(
      "name anna | x | build-alerts",
    );
    expect(read([{ text: "@anna see " }, { text: "#general", channel: true }, { text: " please" }])).toBe(
      "name anna | see #general please |",
    );
    expect(read([{ text: "@anna x " }, { text: "#2026", channel: true }])).toBe("name anna | x #2026 |");
  });

  test("the text keeps its formatting", () => {
    expect(
      parseNotify([{ text: "@anna one " }, { text: "two", styles: ["bold"] }, { text: " three #ci" }]),
    ).toMatchObject({
      text: [{ text: "one " }, { text: "two", styles: ["bold"] }, { text: " three" }],
      tag: "ci",
    });
  });

  test("loses and invents nothing: recipients, text and tag make up what was typed", () => {
    const name = fc.stringMatching(/^@[a-zа-яё_][a-zа-яё\d_]{0,10}$/u);
    const recipient = fc.oneof(name, fc.constantFrom("id:42", "anna@firm.ru", '@"Anna S"'));
    const separator = fc.constantFrom(" ", ", ", ",", "\n", "  ");
    const words = fc
      .array(fc.stringMatching(/^[a-zа-я0-9.!?'()-]{1,6}$/u), { minLength: 1 })
      .map((all) => `w ${all.join(" ")}`);
    const tag = fc.option(fc.stringMatching(/^[a-zё_\d]{0,5}[a-zё][a-zё_\d]{0,5}$/u), { nil: undefined });
    fc.assert(
      fc.property(
        fc.array(recipient, { minLength: 1, maxLength: 4 }),
        separator,
        words,
        tag,
        (named, between, text, wanted) => {
          const parsed = parseNotify(
            plain(`${named.join(between)} ${text}${wanted === undefined ? "" : ` #${wanted}\n`}`),
          );
          expect(parsed).toMatchObject({ kind: "notify", text: plain(text) });
          if (parsed.kind !== "notify") return;
          expect(parsed.recipients.map((one) => one.label)).toEqual(named);
          expect(parsed.tag).toBe(wanted);
        },
      ),
    );
  });

  test("whatever is typed, no character other than a separator, an escape or the tag's sign goes missing", () => {
    const start: RichText = [{ text: "@anna " }];
    fc.assert(
      fc.property(fc.oneof(hostileRichText, hostileText.map(plain)), (text) => {
        const typed = [...start, ...text];
        const parsed = parseNotify(typed);
        if (parsed.kind === "malformed") return;
        const told = [...parsed.recipients.map((one) => one.label), plainText(parsed.text), parsed.tag ?? ""].join("");
        const bare = (value: string) => value.replaceAll(/[\s,:\\#]/gu, "");
        expect(bare(told)).toBe(bare(plainText(typed)));
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("parseRecipients", () => {
  test.each([
    ["@anna", "name anna"],
    ["anna, bob", "name anna, name bob"],
    ['"Anna Smith", id:42', "name Anna Smith, id 42"],
    ["«Анна Петрова» @oncall anna@firm.ru", "name Анна Петрова, name oncall, mail anna@firm.ru"],
    ["<@123456789012345678> <@!7>", "account 123456789012345678, account 7"],
  ])("%j names %j", (list, expected) => {
    const parsed = parseRecipients(list);
    expect(parsed.kind === "notify" && parsed.recipients.map(who).join(", ")).toBe(expected);
  });

  test.each([
    ["", undefined],
    [" , ", undefined],
    ["id:0", "id:0"],
    ["anna <@&77>", "<@&77>"],
    ["anna!", "anna!"],
  ])("%j is malformed", (list, value) => {
    expect(parseRecipients(list)).toEqual(
      value === undefined
        ? { kind: "malformed", problem: "no-recipient" }
        : { kind: "malformed", problem: "bad-recipient", value },
    );
  });
});

test.each([
  ["#ci", "ci"],
  ["ci", "ci"],
  [" build-alerts ", "build-alerts"],
  ["сборка", "сборка"],
  ["123", undefined],
  ["", undefined],
  ["#", undefined],
  ["two words", undefined],
  ["t".repeat(257), undefined],
])("the tag field %j means %j", (text, tag) => {
  expect(parseTag(text)).toBe(tag);
});
