import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readMapping } from "../../src/core/hooks/mapping.ts";
import { parseHook } from "../../src/core/hooks/parse.ts";

const PAGE = readFileSync(new URL("../../docs/hooks.md", import.meta.url), "utf8");
const section = (title: string): string => PAGE.split(/^## /mu).find((part) => part.startsWith(title)) ?? "";

test("the parameters that the page gives for Zabbix are those that are read", () => {
  const rows = section("Zabbix").matchAll(/^\| \**`(?<name>\w+)`\** \| `(?<macro>[^`]+)`/gmu);
  const parameters = Object.fromEntries(Array.from(rows, (row) => [row.groups?.name ?? "", row.groups?.macro ?? ""]));
  const { URL: address, ...sent } = parameters;
  expect(address).toContain("/hooks/KEY");
  expect(Object.keys(sent)).toHaveLength(16);
  const values = {
    ...sent,
    event_value: "1",
    nseverity: "5",
    event_timestamp: "1770383325",
    tags: '[{"tag":"a","value":"b"}]',
  };
  const told = Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, value.startsWith("{") ? `said ${name}` : value]),
  );
  const parsed = parseHook({ kind: "zabbix", body: { ...told, url: "https://zabbix.example.org/" } });
  const written = JSON.stringify(parsed);
  for (const name of Object.keys(told).filter(
    (each) => told[each] === `said ${each}` && each !== "url" && each !== "subject",
  ))
    expect(written).toContain(`said ${name}`);
  expect(parsed).toMatchObject({ alerts: [{ status: "firing", severity: "critical", key: "said event_id" }] });
  expect(parseHook({ kind: "zabbix", body: { ...sent, event_value: "0" } })).toMatchObject({ kind: "malformed" });
});

test("the page's JSON is understood, and its mapping is one", () => {
  const json = /```json\n(?<json>[\s\S]+?)```/u.exec(section("Any JSON"))?.groups?.json ?? "";
  expect(parseHook({ kind: "generic", body: JSON.parse(json) })).toMatchObject({
    alerts: [{ title: "Backup failed", severity: "error", key: "backup-nas1" }],
    cut: [],
  });
  const line = /--mapping (?<pairs>[\s\S]+?)\n```/u.exec(section("Any JSON"))?.groups?.pairs ?? "";
  const pairs = line
    .replaceAll(/[\\"\n]/gu, " ")
    .trim()
    .split(/\s+/u);
  expect(readMapping(pairs)).toMatchObject({ kind: "mapping" });
  expect(pairs).toHaveLength(6);
});
