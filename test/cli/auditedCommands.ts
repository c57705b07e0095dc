import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Store } from "../../src/app/store/store.ts";
import { addWaiting } from "./deliveries.ts";
import type { Shell } from "./support.ts";

/** Why a command leaves no entry. */
export const UNAUDITED: Readonly<Record<string, string>> = {
  init: "notes what `workspace add` notes, and test/cli/service.test.ts sees to it",
  start: "the service notes by itself what it does",
  demo: "works on a database that goes away",
  doctor: "changes nothing",
  backup: "changes nothing",
  notify: "works without a database, with credentials of its caller",
  "notify-system": "likewise",
  delete: "likewise",
  "workspace list": "reads",
  "workspace show": "reads",
  "chat list": "reads",
  "admin list": "reads",
  "people list": "reads",
  "people search": "reads",
  "people export": "reads",
  "group list": "reads",
  "deliveries list": "reads",
  "deliveries show": "reads",
  "deliveries why": "reads",
  "hook list": "reads",
  "oncall show": "reads",
  "rule list": "reads",
  "rule test": "reads",
  "audit list": "reads",
  "audit export": "reads",
};

interface Case {
  /** Lines that prepare it. */
  readonly before?: readonly string[];
  readonly prepare?: (folder: { shell: Shell; store: () => Promise<Store> }) => Promise<unknown>;
  readonly line: string;
  readonly stdin?: string;
  readonly action: string;
  /** Whom or what it was done to. */
  readonly subject: string | RegExp;
  /** False for what concerns no single workspace. */
  readonly inWorkspace?: false;
}

const MAP = "people map main --telegram @anna=4242 --bitrix 7";
const addAndCancel = async ({ store }: { store: () => Promise<Store> }): Promise<unknown> =>
  addWaiting(await store(), { bitrixIds: [7] });

const BIND = "chat bind main --telegram -100";
const RULES = ["a", "b"].map((name) => `rule add main ${name} --from telegram:-100 --to id:7 --word hush`);
const ROTATION = "oncall set main ops --members id:7 --start 2026-01-05";

export const AUDITED: Readonly<Record<string, readonly Case[]>> = {
  "workspace add": [{ line: "workspace list", action: "workspace.add", subject: "main" }],
  "workspace set": [
    { line: "workspace set main language=ru", action: "workspace.set", subject: "language=ru" },
    {
      line: "workspace set main admin-chat=telegram:-100",
      action: "workspace.set",
      subject: /^admin-chat=telegram:-100$/u,
    },
  ],
  "workspace test": [
    {
      prepare: async ({ store }) => {
        const { tx, read } = await store();
        const id = (await read.workspaces.byName("main"))?.id ?? 0;
        await tx((db) => db.workspaces.suspend(id, { code: "GONE", reason: "gone", at: 1 }));
      },
      line: "workspace test main",
      action: "workspace.resume",
      subject: "main",
    },
  ],
  "workspace probe": [{ line: "workspace probe main", action: "workspace.probe", subject: /./u }],
  "workspace invite": [
    { line: "workspace invite", action: "workspace.invite", subject: /^until /u, inWorkspace: false },
  ],
  "workspace authorize": [
    {
      before: [
        `workspace add main2 --oauth --domain b24.example.com --client-id local.app --client-secret ${"s".repeat(20)}`,
      ],
      line: "workspace authorize main2",
      action: "workspace.authorize",
      subject: "main2",
    },
  ],
  "workspace remove": [
    {
      line: "workspace remove main --yes",
      action: "workspace.remove",
      subject: "main: 0 cancelled",
      inWorkspace: false,
    },
  ],
  "chat bind": [
    { line: "chat bind main --telegram -100", action: "chat.bind", subject: "telegram:-100 senders=everyone" },
    {
      before: ["chat bind main --telegram -100"],
      line: "chat bind main --telegram -100 --senders list",
      action: "chat.bind",
      subject: "telegram:-100 senders=list",
    },
  ],
  "chat unbind": [
    {
      before: ["chat bind main --telegram -100"],
      line: "chat unbind --telegram -100",
      action: "chat.unbind",
      subject: "telegram:-100: 0 cancelled",
    },
  ],
  "admin add": [{ line: "admin add main --telegram 4242", action: "admin.add", subject: "telegram:4242 role=admin" }],
  "admin remove": [
    {
      before: ["admin add main --telegram 4242"],
      line: "admin remove main --telegram 4242",
      action: "admin.remove",
      subject: "telegram:4242",
    },
  ],
  "people map": [{ line: MAP, action: "people.map", subject: "telegram @anna=4242 = 7" }],
  "people unmap": [
    {
      before: [MAP],
      line: "people unmap main --telegram 4242",
      action: "people.unmap",
      subject: "telegram 4242 = 7: 0 cancelled",
    },
  ],
  "people import": [
    {
      line: "people import main -",
      stdin: "bitrix_id,telegram\n7,anna\n",
      action: "people.import",
      subject: "telegram @anna = 7",
    },
  ],
  "people erase": [
    {
      before: [MAP],
      line: "people erase main id:7 --yes",
      action: "people.erase",
      subject: /^erased-\w{8}: 0 cancelled$/u,
    },
  ],
  "group add": [
    { line: "group add main oncall id:7", action: "group.add", subject: "@oncall: id:7" },
    {
      line: "group add main heads --department 5",
      action: "group.add",
      subject: "@heads: heads of department 5: id:7",
    },
  ],
  "group remove": [
    {
      before: ["group add main oncall id:7 id:8"],
      line: "group remove main oncall id:8",
      action: "group.remove",
      subject: "@oncall id:8",
    },
  ],
  "hook add": [{ line: "hook add main prom --kind alertmanager", action: "hook.add", subject: "prom (alertmanager)" }],
  "hook revoke": [
    {
      before: ["hook add main prom --kind alertmanager"],
      line: "hook revoke main prom",
      action: "hook.revoke",
      subject: /^prom/u,
    },
  ],
  "rule add": [{ before: [BIND], line: RULES[0] ?? "", action: "rule.add", subject: "a: telegram:-100 to id:7" }],
  "rule import": [
    {
      before: [BIND, ...RULES],
      line: "rule import main -",
      stdin: "rules: [{name: a, from: telegram:-100, to: id:8}]",
      action: "rule.change",
      subject: "a: telegram:-100 to id:8 (filter to)",
    },
    { before: [BIND, ...RULES], line: "rule import main -", stdin: "rules: []", action: "rule.remove", subject: "b" },
  ],
  "rule remove": [{ before: [BIND, ...RULES], line: "rule remove main a", action: "rule.remove", subject: "a" }],
  "rule disable": [{ before: [BIND, ...RULES], line: "rule disable main a", action: "rule.disable", subject: "a" }],
  "rule enable": [
    {
      before: [BIND, ...RULES, "rule disable main a"],
      line: "rule enable main a",
      action: "rule.enable",
      subject: "a",
    },
  ],
  "rule move": [{ before: [BIND, ...RULES], line: "rule move main b --first", action: "rule.move", subject: "b a" }],
  "oncall set": [{ line: ROTATION, action: "oncall.set", subject: /^@ops: id:7 weekly from 2026-01-05 /u }],
  "oncall override": [
    {
      before: [ROTATION],
      line: "oncall override main ops --person id:8 --from 2099-01-01 --until 2099-01-02",
      action: "oncall.override",
      subject: "@ops: id:8 2099-01-01 00:00 to 2099-01-02 00:00",
    },
    {
      before: [ROTATION, "oncall override main ops --person id:8 --until +8h"],
      line: "oncall override main ops --remove 1",
      action: "oncall.override-remove",
      subject: "@ops 1",
    },
  ],
  "oncall remove": [{ before: [ROTATION], line: "oncall remove main ops", action: "oncall.remove", subject: "@ops" }],
  "deliveries cancel": [
    {
      prepare: addAndCancel,
      line: "deliveries cancel --workspace main",
      action: "delivery.cancel",
      subject: "main: 1 cancelled",
    },
  ],
  "deliveries replay": [
    {
      prepare: addAndCancel,
      before: ["deliveries cancel --workspace main"],
      line: "deliveries replay --workspace main",
      action: "delivery.replay",
      subject: /^\d+ \(undeliverable\)$/u,
    },
  ],
  restore: [
    {
      before: ["backup copy.tar"],
      line: "restore copy.tar",
      action: "restore",
      subject: /copy\.tar$/u,
      inWorkspace: false,
    },
  ],
  "secrets rotate": [
    {
      prepare: async ({ shell }) => {
        const file = join(shell.cwd, "data", "secret.key");
        writeFileSync(file, `${Buffer.alloc(32, 5).toString("base64")},${readFileSync(file, "utf8").trim()}`);
      },
      line: "secrets rotate",
      action: "secrets.rotate",
      subject: /value/u,
      inWorkspace: false,
    },
  ],
};
