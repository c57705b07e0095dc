import { expect, test } from "vitest";
import type { Alert } from "../../src/core/alert.ts";
import { isSameAlert } from "../../src/core/sameAlert.ts";
import { alert } from "../support/alerts.ts";

const file = (url: string, attachmentId = "9"): Alert["media"][number] => ({
  kind: "file",
  name: "log.txt",
  source: { kind: "discord", url, attachmentId },
});

const former = alert({ title: "Disk", fields: [{ name: "host", value: "db1" }], media: [file("https://cdn/a?ex=1")] });

test.each([
  ["is said again later", { at: 5, edited: true }],
  ["has its file's address signed anew", { media: [file("https://cdn/a?ex=2")] }],
  ["comes out of the store, with its keys in another order", { fields: [{ value: "db1", name: "host" }] }],
] as const)("an alert that %s is the same", (_, change) => {
  expect(isSameAlert(former, { ...former, ...change })).toBe(true);
});

test.each([
  ["another title", { title: "Disk 2" }],
  ["another file", { media: [file("https://cdn/a?ex=1", "10")] }],
  ["another state", { status: "resolved" }],
  ["other formatting", { text: [{ text: "Disk full", styles: ["bold"] }] }],
] as const)("one with %s is not", (_, change) => {
  expect(isSameAlert(former, { ...former, ...change })).toBe(false);
});

test("nothing is the same as what is not known any more", () => {
  expect(isSameAlert(undefined, former)).toBe(false);
});
