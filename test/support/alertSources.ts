import { createHmac } from "node:crypto";
import { expect } from "vitest";
import { payload } from "../core/hooks/payload.ts";
import type { Outlook } from "./outlook.ts";

/** What everybody who is told should read. */
export interface Story {
  /** In the order in which it stands there. */
  readonly said: readonly string[];
  /** Sign and word of how it stands, and its colour in Bitrix24. */
  readonly state: string;
  readonly colour: string;
}

/** A kind of source: how it tells something, and what it says of the same thing later. */
export interface AlertSource {
  readonly name: string;
  /** Who said it, and where: above a notification, and in a post. */
  readonly origin: { readonly heading: string; readonly line: string };
  readonly first: Story;
  readonly later: Story;
  /** Begins to be one; answers what a rule is to listen to. */
  open(house: Outlook): Promise<Opened>;
}

interface Opened {
  readonly from: string;
  tell(): Promise<void> | void;
  tellMore(): Promise<void> | void;
}

const CRITICAL = { state: "🔴 Critical", colour: "alert" };
const ERROR = { state: "🟠 Error", colour: "alert" };
const WARNING = { state: "🟡 Warning", colour: "primary" };
const OVER = { state: "✅ Resolved", colour: "base" };

const TITLE = "[CRITICAL] Disk full on db1";
const TITLED = [{ type: "bold", offset: 0, length: TITLE.length }];
const POST = { text: `${TITLE}\nПишите сюда\nHost: db1\nFree: 2 %`, entities: TITLED };
const EDITED = { text: `${TITLE}\nУже чиним 🛠\nHost: db1\nFree: 1 %`, entities: TITLED };
const FIRST = { ...CRITICAL, said: [TITLE, "Пишите сюда", "Host: db1", "Free: 2 %"] };
const LATER = { ...CRITICAL, said: [TITLE, "Уже чиним 🛠", "Host: db1", "Free: 1 %"] };

const telegramGroup: AlertSource = {
  name: "a person in a Telegram group",
  origin: { heading: "Ivan, Ops", line: "↳ Ivan · Ops, Telegram" },
  first: FIRST,
  later: LATER,
  async open({ telegram, group, ivan }) {
    let id = 0;
    return {
      from: `telegram:${group.id}`,
      tell() {
        id = telegram.say(group, ivan, POST).message_id;
      },
      tellMore: () => void telegram.edit(group, id, EDITED),
    };
  },
};

const telegramChannel: AlertSource = {
  name: "a Telegram channel",
  origin: { heading: "News", line: "↳ News, Telegram" },
  first: FIRST,
  later: LATER,
  async open({ telegram, command }) {
    const channel = telegram.createChat({ type: "channel", title: "News" });
    await command("chat", "bind", "main", "--telegram", String(channel.id));
    let id = 0;
    return {
      from: `telegram:${channel.id}`,
      tell() {
        id = telegram.postInChannel(channel, POST).message_id;
      },
      tellMore: () => void telegram.edit(channel, id, EDITED),
    };
  },
};

const telegramTopic: AlertSource = {
  name: "a bot in a forum's topic",
  origin: { heading: "Grafana, Servers", line: "↳ Grafana · Servers, Telegram" },
  first: FIRST,
  later: LATER,
  async open({ telegram, ivan, command }) {
    const grafana = telegram.createUser({ firstName: "Grafana", username: "grafana_bot", isBot: true });
    const servers = {
      type: "supergroup",
      title: "Servers",
      isForum: true,
      topics: ["CI", "Talk"],
      owner: ivan,
    } as const;
    const forum = telegram.createChat(servers);
    await command("chat", "bind", "main", "--telegram", String(forum.id));
    const [ci = 0, talk = 0] = ["CI", "Talk"].map((name) => forum.topics.get(name));
    let id = 0;
    return {
      from: `telegram:${forum.id}/${ci}`,
      tell: () => {
        telegram.say(forum, ivan, { text: "lunch?", threadId: talk });
        id = telegram.say(forum, grafana, { ...POST, threadId: ci }).message_id;
      },
      tellMore: () => void telegram.edit(forum, id, EDITED),
    };
  },
};

const discordChannel: AlertSource = {
  name: "a webhook in a Discord channel",
  origin: { heading: "Grafana, Acme #ops", line: "↳ Grafana · Acme #ops, Discord" },
  first: { ...FIRST, said: ["[FIRING:1] Disk full on db1", "Пишите сюда", "Severity: critical", "Free: 2 %"] },
  later: { ...OVER, said: ["[RESOLVED] Disk full on db1", "Починили 🛠", "Severity: critical", "Free: 60 %"] },
  async open({ discord, guild, channel, oleg }) {
    const webhook = { id: "77777777777777777", name: "Grafana" };
    const embed = (title: string, description: string, free: string) => ({
      embeds: [{ type: "rich", title, description, fields: fieldsOf({ Severity: "critical", Free: free }) }],
    });
    let id = "";
    return {
      from: `discord:${guild.id}/${channel.id}`,
      tell() {
        const said = embed("[FIRING:1] Disk full on db1", "Пишите сюда", "2 %");
        ({ id } = discord.say(channel, oleg, { webhook, ...said }));
      },
      tellMore: () => void discord.edit(id, embed("[RESOLVED] Disk full on db1", "Починили 🛠", "60 %")),
    };
  },
};

const fieldsOf = (fields: Readonly<Record<string, string>>) =>
  Object.entries(fields).map(([name, value]) => ({ name, value, inline: true }));

interface Hooked extends Pick<AlertSource, "first" | "later"> {
  readonly kind: string;
  readonly bodies: readonly [first: unknown, later: unknown];
  readonly headers?: Readonly<Record<string, string>>;
}

const hooked = ({ kind, bodies, headers = {}, first, later }: Hooked): AlertSource => ({
  name: `a hook of kind ${kind}`,
  origin: { heading: "monitor", line: "↳ monitor" },
  first,
  later,
  async open({ command }) {
    const added = await command("hook", "add", "main", "monitor", "--kind", kind, "--json");
    const { address, secret } = JSON.parse(added) as { address: string; secret?: string };
    const post = async (value: unknown): Promise<void> => {
      const body = JSON.stringify(value);
      const signature =
        secret === undefined
          ? {}
          : { "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` };
      const answer = await fetch(address, { method: "POST", body, headers: { ...headers, ...signature } });
      expect([answer.status, await answer.json()]).toMatchObject([202, { taken: 1 }]);
    };
    const [firing, resolved] = bodies;
    return { from: "hook:monitor", tell: () => post(firing), tellMore: () => post(resolved) };
  },
});

const alertmanager = (status: "firing" | "resolved") => ({
  version: "4",
  groupKey: '{}:{job="node"}',
  status,
  alerts: [
    {
      status,
      labels: { alertname: "DiskWillFill", instance: "db1:9100", severity: "critical" },
      annotations: { summary: "Disk of db1 will be full", description: "/var/lib/postgresql: осталось 3,2 ГБ" },
      startsAt: "2026-02-06T13:08:45.828Z",
      endsAt: status === "firing" ? "0001-01-01T00:00:00Z" : new Date().toISOString(),
      generatorURL: "http://prometheus.example.org:9090/graph",
      fingerprint: "1a30ba71cca2921f",
    },
  ],
});

/** Its picture would be fetched from an address that is not there. */
const grafana = JSON.parse(JSON.stringify(payload("grafana"), (key, value) => (key === "imageURL" ? "" : value)));

const generic = (status: "firing" | "resolved") => ({
  ...{ title: "Backup failed", text: "No space left on nas1", severity: "error", status },
  ...{ key: "backup-nas1", fields: { host: "nas1" } },
});

const HOOKS: readonly Hooked[] = [
  {
    kind: "alertmanager",
    bodies: [alertmanager("firing"), alertmanager("resolved")],
    first: { ...CRITICAL, said: ["Disk of db1 will be full", "осталось 3,2 ГБ", "instance: db1:9100"] },
    later: { ...OVER, said: ["Disk of db1 will be full", "осталось 3,2 ГБ", "instance: db1:9100"] },
  },
  {
    kind: "grafana",
    bodies: [grafana, payload("grafana-resolved")],
    first: { ...WARNING, said: ["Memory of zone us-1", "The system has high memory usage", "B: 44.239", "team: blue"] },
    later: { ...OVER, said: ["Memory of zone us-1", "The system has high memory usage", "team: blue"] },
  },
  {
    kind: "zabbix",
    bodies: [payload("zabbix"), payload("zabbix-resolved")],
    first: { ...ERROR, said: ["High CPU utilization (over 90% for 5m)", "Problem started at 13:08:45", "host: db1"] },
    later: { ...OVER, said: ["High CPU utilization (over 90% for 5m)", "Problem has been resolved", "host: db1"] },
  },
  {
    kind: "uptime-kuma",
    bodies: [payload("uptime-kuma"), payload("uptime-kuma-up")],
    first: { ...CRITICAL, said: ["Shop is down", "getaddrinfo ENOTFOUND shop.example.org", "type: http", "team: web"] },
    later: { ...OVER, said: ["Shop is up", "200 - OK", "type: http", "ping: 88", "team: web"] },
  },
  {
    kind: "github",
    headers: { "x-github-event": "workflow_run" },
    bodies: [payload("github-workflow_run"), payload("github-workflow_run-success")],
    first: { ...ERROR, said: ["Workflow CI on main: failure", "Fix rounding of totals", "branch: main"] },
    later: { ...OVER, said: ["Workflow CI on main: success", "Fix rounding of totals", "branch: main"] },
  },
  {
    kind: "generic",
    bodies: [generic("firing"), generic("resolved")],
    first: { ...ERROR, said: ["Backup failed", "No space left on nas1", "host: nas1"] },
    later: { ...OVER, said: ["Backup failed", "No space left on nas1", "host: nas1"] },
  },
];

export const SOURCES: readonly AlertSource[] = [
  telegramGroup,
  telegramChannel,
  telegramTopic,
  discordChannel,
  ...HOOKS.map(hooked),
];
