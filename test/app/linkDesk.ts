import { createAlarm } from "../../src/app/alarm.ts";
import { doChores } from "../../src/app/chores.ts";
import { linkChore } from "../../src/app/linkChore.ts";
import type { Portal } from "../../src/app/ports.ts";
import type { Notification } from "../../src/app/store/notifications.ts";
import type { IncomingMessage, Sender } from "../../src/core/chat.ts";
import type { PortalReply } from "../../src/core/verdict.ts";
import { wordsIn } from "../../src/messages/catalogue.ts";
import { type Desk, IVAN, openDesk } from "../support/desk.ts";

/** What is said to whoever has told who they are, whether or not there is such a person. */
export const SENT = "If that person exists and is active";
export const FAILED = "This code does not do";
export const MINUTE = 60_000;

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

interface PortalUser {
  readonly id: number;
  readonly email: string;
  readonly name: string;
  readonly active?: boolean;
}

const PEOPLE: readonly PortalUser[] = [
  { id: 7, email: "anna@company.example", name: "Anna Orlova" },
  { id: 8, email: "boris@company.example", name: "Boris Lang" },
  { id: 9, email: "dmitri@company.example", name: "Dmitri Gone", active: false },
];

const asked = (params: Readonly<Record<string, unknown>>): string => JSON.stringify(params);

/** As the REST documentation describes it; `dropsFilter` like a portal where e-mails may not be read. */
export function staffPortal({ people = PEOPLE, dropsFilter = false } = {}): Portal & { calls: string[] } {
  const calls: string[] = [];
  const answer = (method: string, params: Readonly<Record<string, unknown>>): PortalReply => {
    const shown = people.map(({ id, name, active = true }) => ({ id, name, active, bot: false }));
    if (method === "im.user.get") {
      const user = shown.find(({ id }) => id === params.ID);
      if (user) return { kind: "result", result: user };
      return { kind: "error", status: 400, code: "USER_NOT_EXISTS", description: "" };
    }
    if (method === "im.search.user.list")
      return {
        kind: "result",
        result: Object.fromEntries(shown.filter(({ active }) => active).map((it) => [it.id, it])),
      };
    const found = people.filter(
      ({ email, active = true }) => dropsFilter || (active && asked(params).includes(`"${email}"`)),
    );
    const rows = found.map(({ id, email, name, active = true }) => ({
      ID: String(id),
      ACTIVE: active,
      NAME: name.split(" ")[0],
      LAST_NAME: name.split(" ")[1],
      ...(dropsFilter ? {} : { EMAIL: email }),
    }));
    return { kind: "result", result: rows };
  };
  return {
    calls,
    call: async (_, { method, params }) => {
      calls.push(method);
      return answer(method, params);
    },
    batch: async () => [],
  };
}

export const PETR: Sender = { kind: "person", userId: "88", username: "petr", name: "Petr" };

/** A desk where accounts write in private, chores are done, and the codes of notifications can be read. */
export interface LinkDesk extends Desk {
  privately(text: string, sender?: Sender, more?: Partial<IncomingMessage>): Promise<string>;
  /** What the bot answered in the group. */
  publicly(text: string, sender?: Sender): Promise<string>;
  work(portal?: Portal): Promise<void>;
  codes(): Promise<readonly Notification[]>;
  code(): Promise<string>;
  /** Newest first. */
  audit(): Promise<readonly string[]>;
  /** Opens the private chat by the link from the group, and says who they are. */
  claim(who: string, sender?: Sender): Promise<string>;
}

export async function openLinkDesk(options: Parameters<typeof openDesk>[0] = {}): Promise<LinkDesk> {
  const desk = await openDesk(options);
  const { store } = desk;
  const answerTo = async (at: Awaited<ReturnType<Desk["say"]>>) => (await desk.wish(at))?.text ?? "";
  const at = (chatId: string) =>
    ({ platform: "telegram", chatId, threadId: "", messageId: crypto.randomUUID() }) as const;
  const self: LinkDesk = Object.assign(desk, {
    privately: async (text: string, sender: Sender = IVAN, more: Partial<IncomingMessage> = {}) => {
      const place = { kind: "private", title: sender.name } as const;
      return answerTo(await desk.say(text, { sender, place, at: at(sender.userId), ...more }));
    },
    publicly: async (text: string, sender: Sender = IVAN) => answerTo(await desk.say(text, { sender })),
    async work(portal: Portal = staffPortal()) {
      const stop = new AbortController();
      const clock = () => desk.now;
      const chores = { link: linkChore({ store, portal, wordsIn, clock, log: SILENT }) };
      const changed = {
        ring: () => void store.read.chores.due(desk.now, 1).then((due) => due.length === 0 && stop.abort()),
      };
      changed.ring();
      await doChores({ store, chores, clock, log: SILENT, alarm: createAlarm(), changed }, stop.signal);
    },
    async codes() {
      const all = await Promise.all(
        (await store.read.deliveries.list({})).map(({ notificationId }) =>
          store.read.notifications.byId(notificationId),
        ),
      );
      return all.filter((each) => each?.secret !== undefined) as Notification[];
    },
    code: async () => (await self.codes())[0]?.secret ?? "",
    audit: async () =>
      (await store.read.audit.list({ limit: 100 })).map(
        ({ actor, action, subject }) => `${actor} ${action} ${subject}`,
      ),
    async claim(who: string, sender: Sender = IVAN) {
      const address = await self.publicly("/link", sender);
      await self.privately(`/start ${address.split("start=")[1]}`, sender);
      return self.privately(who, sender);
    },
  });
  return self;
}
