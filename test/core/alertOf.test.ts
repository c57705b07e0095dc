import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alertOf, isEmptyAlert } from "../../src/core/alertOf.ts";
import type { Frame, IncomingMessage, Sender } from "../../src/core/chat.ts";
import { plain, plainText, type RichText } from "../../src/core/richText.ts";

const PERSON: Sender = { kind: "person", userId: "7", name: "Ivan" };
const BOT: Sender = { kind: "bot", userId: "9", name: "Grafana" };

const message = (text: string | RichText, more: Partial<IncomingMessage> = {}): IncomingMessage => ({
  at: { platform: "telegram", chatId: "-100", threadId: "", messageId: "5" },
  place: { kind: "group", title: "Ops" },
  sender: BOT,
  text: typeof text === "string" ? plain(text) : text,
  media: [],
  parts: [],
  sentAt: 1_000,
  edited: false,
  ...more,
});

const frame = (change: Partial<Frame>): Frame => ({ text: [], fields: [], ...change });

/** As Discord's adapter hands it in: the text holds the frames once more. */
const framed = (frames: readonly Frame[], more: Partial<IncomingMessage> = {}): IncomingMessage =>
  message("all of it", { framed: { text: [], frames }, ...more });

const said = (from: IncomingMessage) => {
  const { severity, status } = alertOf(from);
  return { severity, status };
};

describe("tags", () => {
  test.each([
    ["disk full #ops #База_1", ["ops", "База_1"]],
    ["#ops and #OPS", ["ops"]],
    ["#2026 #a#b me#tag https://a.example/#frag?a=#x", []],
    ["#node-1", ["node"]],
    ["#é", ["é"]],
  ])("of %s are %j", (text, tags) => {
    expect(alertOf(message(text)).tags).toEqual(tags);
  });

  test("do not stand in code or links, and a channel's name stands for one", () => {
    const text: RichText = [
      { text: "#yes " },
      { text: "#code", styles: ["code"] },
      { text: "#pre", styles: ["pre"] },
      { text: "#link", link: "https://a.example" },
      { text: "#builds", channel: true },
    ];
    expect(alertOf(message(text)).tags).toEqual(["yes", "builds"]);
  });

  test("may stand in a frame's title, text and values", () => {
    const one = frame({ title: "Down #db", text: plain("see #ops"), fields: [{ name: "team", value: "#core" }] });
    expect(alertOf(framed([one])).tags).toEqual(["db", "ops", "core"]);
  });

  test("escaped in Discord are none, and nobody sees the backslash", () => {
    const at = { platform: "discord", chatId: "1", threadId: "2", messageId: "3" } as const;
    const alert = alertOf(message("issue \\#tag", { at }));
    expect(alert.tags).toEqual([]);
    expect(plainText(alert.text)).toBe("issue #tag");
  });
});

describe("severity and status of what a program says", () => {
  test.each([
    ["[FIRING:1] DiskFull (db1 critical)", "critical", "firing"],
    ["[FIRING:1, RESOLVED:2] DiskFull", undefined, "firing"],
    ["[RESOLVED] DiskFull", undefined, "resolved"],
    ["CRITICAL: disk on db1 is full", "critical", "firing"],
    ["PROBLEM: High CPU", undefined, "firing"],
    ["[OK] api", undefined, "resolved"],
    ["OK - api answers", undefined, "resolved"],
    ["Monitor is DOWN: example.com", undefined, "firing"],
    ["Monitor is UP: example.com", undefined, "resolved"],
    ["❌ Your service api went down. ❌", "error", "firing"],
    ["✅ Your service api is up! ✅", undefined, "resolved"],
    ["🔴 db1", "critical", "firing"],
    ["🟠 db1", "error", "firing"],
    ["🟡 db1", "warning", "firing"],
    ["⚠️ db1", "warning", "firing"],
    ["🟢 db1", undefined, "resolved"],
    ["ℹ️ nightly run", "info", "firing"],
    ["🔥 db1", undefined, "firing"],
    ["Warning: certificate ends soon", "warning", "firing"],
    ["P1 database", "critical", "firing"],
    ["КРИТИЧНО: диск db1", "critical", "firing"],
    ["Предупреждение: место на диске", "warning", "firing"],
    ["СБОЙ оплаты", "error", "firing"],
    ["ПРОБЛЕМА: диск", undefined, "firing"],
    ["РЕШЕНО: диск", undefined, "resolved"],
    ["Восстановлено: диск", undefined, "resolved"],
    ["Сайт не отвечает", undefined, "firing"],
    ["Сайт снова доступен", undefined, "resolved"],
    ["deployed 12 pods", undefined, "firing"],
    ["an error was fixed by hand", undefined, "firing"],
  ] as const)("%s is %s, %s", (text, severity, status) => {
    expect(said(message(text))).toEqual({ severity, status });
  });

  test("a field of that name outweighs the words, the words the sign, the sign the colour", () => {
    const color = 0xed4245;
    const fields = [
      { name: "Severity", value: "🟠 High" },
      { name: "Status", value: "Resolved" },
    ];
    expect(said(framed([frame({ title: "[FIRING] CRITICAL disk", color, fields })]))).toEqual({
      severity: "error",
      status: "resolved",
    });
    expect(said(framed([frame({ title: "🔴 WARNING disk", color })]))).toEqual({
      severity: "warning",
      status: "firing",
    });
    expect(said(framed([frame({ title: "🔴 disk", color })]))).toEqual({ severity: "critical", status: "firing" });
    expect(said(framed([frame({ title: "disk", color })]))).toEqual({ severity: "error", status: "firing" });
  });

  test.each([
    ["red", 0xff0000, "error"],
    ["Alertmanager’s red", 0x992d22, "error"],
    ["Grafana’s red", 0xd63232, "error"],
    ["orange", 0xeb6420, "warning"],
    ["gold", 0xf1c40f, "warning"],
    ["green", 0x2ecc71, "info"],
    ["Discord’s blue", 0x5865f2, "info"],
    ["grey", 0x95a5a6, undefined],
    ["black, which is no colour at all", 0, undefined],
    ["pink", 0xeb459e, undefined],
  ])("the colour %s alone says so", (_, color, severity) => {
    expect(said(framed([frame({ title: "disk", color })]))).toEqual({ severity, status: "firing" });
  });

  test("green does not call off what no word calls off", () => {
    expect(said(framed([frame({ title: "[acme/api] Pull request opened: #12 Fix", color: 0x009800 })]))).toEqual({
      severity: "info",
      status: "firing",
    });
  });
});

test.each([
  ["OK, я посмотрю", undefined, "firing"],
  ["✅ deployed", undefined, "firing"],
  ["the site is up!", undefined, "firing"],
  ["I have an error in my code", undefined, "firing"],
  ["ERROR in prod", "error", "firing"],
  ["[RESOLVED] disk", undefined, "resolved"],
  ["🔴 прод лежит", "critical", "firing"],
] as const)("of a person %s is %s, %s", (text, severity, status) => {
  expect(said(message(text, { sender: PERSON }))).toEqual({ severity, status });
});

describe("title, text and fields", () => {
  test("the title of the first frame is the title; what is in it is not repeated", () => {
    const alert = alertOf(
      framed(
        [
          frame({
            title: "[FIRING:1] DiskFull",
            link: "https://grafana.example/a/1",
            text: plain("**Firing**"),
            fields: [{ name: "host", value: "db1", inline: true }],
          }),
          frame({ title: "Second", text: plain("more") }),
        ],
        { link: "https://discord.com/channels/1/2/3" },
      ),
    );
    expect(alert).toMatchObject({
      title: "[FIRING:1] DiskFull",
      link: "https://grafana.example/a/1",
      fields: [{ name: "host", value: "db1", inline: true }],
    });
    expect(plainText(alert.text)).toBe("**Firing**\nSecond\nmore");
  });

  test("a bold first line is the title, with the signs in front of it", () => {
    const text: RichText = [{ text: "🔴 " }, { text: "Disk full", styles: ["bold"] }, { text: "\non db1" }];
    const alert = alertOf(message(text));
    expect(alert).toMatchObject({ title: "🔴 Disk full", severity: "critical" });
    expect(plainText(alert.text)).toBe("on db1");
  });

  test("a first line that is bold in part is text", () => {
    const alert = alertOf(message([{ text: "Disk " }, { text: "full", styles: ["bold"] }, { text: "\non db1" }]));
    expect(alert).not.toHaveProperty("title");
    expect(plainText(alert.text)).toBe("Disk full\non db1");
  });

  test("lines of a name and a value are fields", () => {
    const alert = alertOf(message("Disk full\nHost: db1\nСвободно: 2 %\nhttps://grafana.example/a"));
    expect(alert.fields).toEqual([
      { name: "Host", value: "db1" },
      { name: "Свободно", value: "2 %" },
    ]);
    expect(plainText(alert.text)).toBe("Disk full\nhttps://grafana.example/a");
  });

  test.each([
    ["Disk full\nHost: db1", PERSON, 0],
    ["Disk full\nHost: db1", BOT, 1],
    ["Внимание: завтра работ не будет", BOT, 0],
    ["PROBLEM: high load\nHost: db1\nLoad: 17", BOT, 2],
    ["Disk full\nsee https://a.example: it says more", BOT, 0],
    ["at 12:30: nothing", BOT, 0],
    ["Disk full\na much longer beginning of a sentence: and its end", BOT, 0],
  ])("%j of a %o has %i fields", (text, sender, count) => {
    expect(alertOf(message(text, { sender })).fields).toHaveLength(count);
  });

  test("a severity in such a line counts", () => {
    const average = { severity: "warning", status: "firing" };
    expect(said(message("Disk full\nSeverity: average\nHost: db1"))).toEqual(average);
    expect(said(message("Severity: average\nHost: db1"))).toEqual(average);
  });

  test("a value with a link or a secret behind a spoiler stays in the text", () => {
    const text: RichText = [
      { text: "Disk full\nRunbook: " },
      { text: "open", link: "https://wiki.example" },
      { text: "\nPin: " },
      { text: "1234", styles: ["spoiler"] },
    ];
    const alert = alertOf(message(text));
    expect(alert.fields).toEqual([]);
    expect(plainText(alert.text)).toBe("Disk full\nRunbook: open\nPin: 1234");
  });

  test("more fields than a table holds follow the text", () => {
    const fields = Array.from({ length: 60 }, (_, place) => ({ name: `n${place}`, value: "v" }));
    const alert = alertOf(framed([frame({ title: "many", fields })]));
    expect(alert.fields).toHaveLength(50);
    expect(plainText(alert.text).split("\n")).toEqual(fields.slice(50).map(({ name }) => `${name}: v`));
  });

  test("what was forwarded says whose words it was", () => {
    expect(plainText(alertOf(message("Disk full", { forwardedFrom: "Monitoring" })).text)).toBe(
      "↪ Monitoring\nDisk full",
    );
  });

  test("whatever is said is somewhere: no word gets lost", () => {
    const word = fc.constantFrom("disk", "Host: db1", "🔴", "#tag", "[OK]", "", "x: y", "Имя: Анна", "a:b");
    fc.assert(
      fc.property(fc.array(word, { maxLength: 8 }), fc.constantFrom(PERSON, BOT), (lines, sender) => {
        const { title = "", text, fields } = alertOf(message(lines.join("\n"), { sender }));
        const all = [title, plainText(text), ...fields.map(({ name, value }) => `${name}: ${value}`)].join("\n");
        for (const line of lines) expect(all).toContain(line);
      }),
    );
  });
});

describe("who says it", () => {
  test.each([
    [
      { ...BOT, via: { kind: "webhook" } },
      { kind: "webhook", id: "9", name: "Grafana" },
    ],
    [
      { ...BOT, name: "Status #news", via: { kind: "followed-channel", channelId: "44" } },
      { kind: "channel", id: "44", name: "Status #news" },
    ],
    [PERSON, { kind: "person", id: "7", name: "Ivan" }],
    [
      { kind: "anonymous-admin", userId: "1087968824", name: "Boss" },
      { kind: "anonymous-admin", id: "1087968824", name: "Boss" },
    ],
    [
      { kind: "channel", userId: "-1001", name: "News" },
      { kind: "channel", id: "-1001", name: "News" },
    ],
  ] as const)("%o", (sender, author) => {
    expect(alertOf(message("x", { sender })).author).toEqual(author);
  });
});

test("a message that says nothing is an empty alert; a picture alone is none", () => {
  expect(isEmptyAlert(alertOf(message("")))).toBe(true);
  const picture = {
    kind: "picture",
    name: "a.png",
    source: { kind: "remote", url: "https://a.example/a.png" },
  } as const;
  expect(isEmptyAlert(alertOf(message("", { media: [picture] })))).toBe(false);
  expect(isEmptyAlert(alertOf(framed([frame({ title: "Disk" })])))).toBe(false);
});
