import { expect, test } from "vitest";
import { originLine, postText } from "../../src/core/postText.ts";
import { plainText } from "../../src/core/richText.ts";
import { alert } from "../support/alerts.ts";

const words = { origin: "↳ Grafana · Ops, Telegram", open: "Open", notes: [] };

test("a post says how it stands, where it comes from, and all that the source has said", () => {
  const text = postText(
    alert({
      title: "Disk",
      fields: [
        { name: "host", value: "db1" },
        { name: "used", value: "97 %" },
      ],
      places: [{ latitude: 55.7, longitude: 37.6, title: "Office", address: "Tverskaya 1" }],
      link: "https://grafana.example/d/1",
    }),
    { ...words, state: "🔴 Critical", notes: [{ text: "Left out: dump.sql (larger than 10 MB)" }] },
  );
  expect(plainText(text)).toBe(
    [
      "🔴 Critical",
      "↳ Grafana · Ops, Telegram",
      "Disk",
      "Disk full",
      "host: db1",
      "used: 97 %",
      "📍 Office · Tverskaya 1 · 55.7, 37.6 · https://www.openstreetmap.org/?mlat=55.7&mlon=37.6",
      "Left out: dump.sql (larger than 10 MB)",
      "Open",
    ].join("\n"),
  );
  expect(text.at(-1)).toEqual({ text: "Open", link: "https://grafana.example/d/1" });
});

test("a link that leads elsewhere than it says is shown with where it leads; one that is none of the web is no link", () => {
  const text = postText(
    alert({ text: [{ text: "https://bank.example", link: "https://evil.example/x" }], link: "javascript:alert(1)" }),
    words,
  );
  expect(plainText(text)).toContain("https://bank.example (https://evil.example/x)");
  expect(text.some(({ link }) => link !== undefined)).toBe(false);
});

test.each([
  [["Grafana", ["Ops", "Telegram"]], "↳ Grafana · Ops, Telegram"],
  [["", ["News", "Telegram"]], "↳ News, Telegram"],
  [["two\nlines", ["", "Discord"]], "↳ two lines · Discord"],
  [["prod", ["prod"]], "↳ prod"],
] as const)("%j is %s", ([author, place], line) => {
  expect(originLine(author, place)).toBe(line);
});
