import { expect, test } from "vitest";
import { parseAlertmanager } from "../../../src/core/hooks/alertmanager.ts";
import { parseGrafana } from "../../../src/core/hooks/grafana.ts";
import type { ParsedHook } from "../../../src/core/hooks/parsed.ts";
import { parseUptimeKuma } from "../../../src/core/hooks/uptimeKuma.ts";
import { parseZabbix } from "../../../src/core/hooks/zabbix.ts";
import { payload } from "./payload.ts";

const alerts = (parsed: ParsedHook) => {
  expect(parsed.kind).toBe("alerts");
  return parsed.kind === "alerts" ? parsed.alerts : [];
};
const namesOf = (fields: readonly { name: string }[] | undefined) => fields?.map(({ name }) => name);

test("Alertmanager: each alert of a group is one, known by its fingerprint", () => {
  const [firing, resolved, ...none] = alerts(parseAlertmanager(payload("alertmanager")));
  expect(none).toEqual([]);
  expect(firing).toMatchObject({
    title: "Disk of db1 will be full in 4 hours",
    text: "/var/lib/postgresql has 3.2 GiB left.",
    severity: "critical",
    status: "firing",
    key: "1a30ba71cca2921f",
    link: "http://prometheus.example.org:9090/graph?g0.expr=predict_linear&g0.tab=1",
    startedAt: Date.UTC(2026, 1, 6, 13, 8, 45, 828),
  });
  expect(namesOf(firing?.fields)).toEqual(["alertname", "instance", "job", "severity", "runbook_url"]);
  expect(firing).not.toHaveProperty("endedAt");
  expect(resolved).toMatchObject({
    title: "web3 is down",
    text: "",
    severity: "critical",
    status: "resolved",
    startedAt: Date.UTC(2026, 1, 6, 10),
    endedAt: Date.UTC(2026, 1, 6, 13, 8, 45, 828),
  });
  expect(resolved).not.toHaveProperty("link");
});

test("Alertmanager: what it left out itself is an alert too", () => {
  const found = alerts(parseAlertmanager(payload("alertmanager-truncated")));
  expect(found).toHaveLength(2);
  expect(found[1]).toMatchObject({ title: "Alertmanager left out 17 more", severity: "warning" });
});

test("Alertmanager before 0.19: the labels tell alerts apart, in whatever order they come", () => {
  const [alert] = alerts(parseAlertmanager(payload("alertmanager-without-fingerprints")));
  expect(alert).toMatchObject({ title: "Test", text: "some description" });
  const labels = { instance: "localhost:9090", alertname: "Test", dc: "eu-west-1" };
  const [turned] = alerts(parseAlertmanager({ version: "4", alerts: [{ status: "firing", labels }] }));
  expect(turned?.key).toBe(alert?.key);
});

test("Grafana: values, links and the picture of the panel come along", () => {
  const [alert] = alerts(parseGrafana(payload("grafana")));
  expect(alert).toMatchObject({
    title: "Memory of zone us-1",
    severity: "warning",
    key: "c6eadffa33fcdf37",
    link: "https://grafana.example.org/d/abc?orgId=1&viewPanel=2",
    picture: "https://images.example.org/grafana/panel.png",
  });
  expect(alert?.fields.slice(0, 2)).toEqual([
    { name: "B", value: "44.23943737541908" },
    { name: "C", value: "1" },
  ]);
  expect(namesOf(alert?.fields)).toEqual(expect.arrayContaining(["grafana_folder", "runbook_url", "silence"]));
});

test("Grafana: a resolved alert has the key of the one that fired; the test button works; one value as text is kept", () => {
  const [resolved] = alerts(parseGrafana(payload("grafana-resolved")));
  expect(resolved).toMatchObject({ status: "resolved", key: "c6eadffa33fcdf37" });
  expect(resolved?.endedAt).toBe(Date.parse("2026-10-12T10:01:03.157+02:00"));
  const [trial] = alerts(parseGrafana(payload("grafana-test")));
  expect(trial).toMatchObject({ title: "Notification test" });
  expect(trial?.fields[0]).toEqual({ name: "value", value: "[ metric='foo' labels={instance=bar} value=10 ]" });
});

test("Grafana's former alerting is refused with the remedy", () => {
  expect(parseGrafana(payload("grafana-former"))).toMatchObject({ kind: "malformed", path: "alerts" });
});

test("Zabbix: macros that stayed unexpanded count as absent", () => {
  const [problem] = alerts(parseZabbix(payload("zabbix")));
  expect(problem).toMatchObject({
    title: "High CPU utilization (over 90% for 5m)",
    severity: "error",
    status: "firing",
    key: "1234567",
    startedAt: 1_770_383_325_000,
    link: "https://zabbix.example.org/tr_events.php?triggerid=23456&eventid=1234567",
  });
  expect(problem?.text).not.toContain("{EVENT");
  expect(namesOf(problem?.fields)).toEqual([
    "host",
    "host_ip",
    "severity",
    "opdata",
    "event_id",
    "trigger_id",
    "component",
    "scope",
  ]);
});

test("Zabbix: a recovery has the problem's key, and an update says who did what", () => {
  const [resolved] = alerts(parseZabbix(payload("zabbix-resolved")));
  expect(resolved).toMatchObject({ status: "resolved", key: "1234567" });
  expect(namesOf(resolved?.fields)).not.toContain("opdata");
  const [update] = alerts(parseZabbix(payload("zabbix-update")));
  expect(update?.text.startsWith("Смотрю\n\n")).toBe(true);
  expect(update?.fields).toContainEqual({ name: "update_user", value: "Анна Иванова" });
});

test.each([
  ["0", "Not classified", undefined],
  ["1", "Information", "info"],
  ["2", "Warning", "warning"],
  ["3", "Average", "warning"],
  ["4", "High", "error"],
  ["5", "Disaster", "critical"],
])("Zabbix: severity %s, %s, is %s", (nseverity, severity, expected) => {
  const base = { event_name: "x", event_value: "1" };
  expect(alerts(parseZabbix({ ...base, nseverity }))[0]?.severity).toBe(expected);
  expect(alerts(parseZabbix({ ...base, severity }))[0]?.severity).toBe(expected);
});

test("Uptime Kuma: down fires, up resolves the same monitor", () => {
  const [down] = alerts(parseUptimeKuma(payload("uptime-kuma")));
  expect(down).toMatchObject({
    title: "Shop is down",
    text: "getaddrinfo ENOTFOUND shop.example.org",
    severity: "critical",
    status: "firing",
    key: "monitor 29",
    link: "https://shop.example.org",
    startedAt: Date.UTC(2026, 8, 24, 23, 51, 35, 527),
  });
  expect(down?.fields).toContainEqual({ name: "team", value: "web" });
  const [up] = alerts(parseUptimeKuma(payload("uptime-kuma-up")));
  expect(up).toMatchObject({ title: "Shop is up", status: "resolved", key: "monitor 29" });
});

test("Uptime Kuma: its test button works, and a monitor without an address has no link", () => {
  expect(alerts(parseUptimeKuma(payload("uptime-kuma-test")))).toMatchObject([
    { text: "My Webhook Alert (1) Testing" },
  ]);
  const parsed = parseUptimeKuma(payload("uptime-kuma-ping"));
  expect(alerts(parsed)[0]).not.toHaveProperty("link");
  expect(parsed).toMatchObject({ cut: [] });
});

test.each([
  [parseAlertmanager, [], "body", "must be an object"],
  [parseAlertmanager, { version: "5", alerts: [] }, "version", 'is "5", must be "4"'],
  [parseAlertmanager, { version: "4" }, "alerts", "must be a list"],
  [parseAlertmanager, { alerts: [{ status: "firing" }, 7] }, "alerts[1]", "must be an object"],
  [parseAlertmanager, { alerts: [{ status: "pending" }] }, "alerts[0].status", 'must be "firing" or "resolved"'],
  [parseAlertmanager, { alerts: [{ status: "firing", labels: [] }] }, "alerts[0].labels", "must be an object"],
  [parseAlertmanager, { alerts: [{ status: "firing", fingerprint: {} }] }, "alerts[0].fingerprint", "must be text"],
  [parseZabbix, {}, "event_name", "is absent"],
  [parseZabbix, { event_name: "x" }, "event_value", "must be 1 (problem) or 0 (resolved)"],
  [parseZabbix, { event_name: "x", event_value: "{EVENT.VALUE}" }, "event_value", "must be 1"],
  [parseUptimeKuma, {}, "msg", "is absent"],
  [parseUptimeKuma, { heartbeat: { status: 9 } }, "heartbeat.status", "must be 0 (down)"],
])("%o says of %j which field is wrong, and the rule", (parse, body, path, rule) => {
  expect(parse(body)).toMatchObject({ kind: "malformed", path, rule: expect.stringContaining(rule) });
});
