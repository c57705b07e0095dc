import type { CommandName } from "./command.ts";

/**
 * What somebody is in one workspace and one of its chats; a person may be several at once, and then the best of them counts.
 * `owner`, `admin` and `sender` are given to an account by its id. `chat-admin` administers the chat on its own platform
 * (Telegram: administrators of the chat; Discord: members with Manage Server). `linked` has an id that is mapped or proven.
 */
export const ROLES = [
  "owner",
  "admin",
  "sender",
  "chat-admin",
  "linked",
  "anyone",
  "anonymous-admin",
  "channel",
  "bot",
] as const;
export type Role = (typeof ROLES)[number];

/** Those that an operator gives, the highest first. */
export const GIVEN_ROLES = ["owner", "admin", "sender"] as const satisfies readonly Role[];
export type GivenRole = (typeof GIVEN_ROLES)[number];

/** Where a command is written: in a bound chat, else in a chat that is bound to no workspace. */
export const PLACES = ["group", "channel", "private", "unbound", "unbound-private"] as const;
export type CommandPlace = (typeof PLACES)[number];

/** Who may send from a chat. */
export const SENDERS_POLICIES = ["everyone", "linked", "list"] as const;
export type SendersPolicy = (typeof SENDERS_POLICIES)[number];

/** `own-only`: what concerns the asker's own notifications or account, and nobody else's. */
export type Permission = "allowed" | "own-only" | "denied";

/** Whoever is not named is denied. */
type Grants = Readonly<Partial<Record<Role, Permission>>>;

interface Row {
  /** In bound chats. */
  readonly bound: Grants | Readonly<Record<SendersPolicy, Grants>>;
  /** Where something else holds in a bound private dialogue. */
  readonly private?: Grants;
  /** In groups and channels that are bound to no workspace, and so for people without any role. */
  readonly unbound?: Grants;
  /** In a private dialogue that is bound to no workspace. */
  readonly unboundPrivate?: Grants;
}

const all = (roles: readonly Role[], permission: Permission): Grants =>
  Object.fromEntries(roles.map((role) => [role, permission]));

const ADMINS: readonly Role[] = ["owner", "admin"];
const PEOPLE: readonly Role[] = ["owner", "admin", "sender", "chat-admin", "linked", "anyone"];
const AUTHORS: readonly Role[] = [...PEOPLE, "anonymous-admin", "channel"];

const FOR_ADMINS: Row = { bound: all(ADMINS, "allowed") };
/** What concerns this chat's binding and nothing else of the workspace. */
const FOR_CHAT: Row = { bound: all([...ADMINS, "chat-admin"], "allowed") };
const FOR_ALL: Row = {
  bound: all(AUTHORS, "allowed"),
  unbound: all(AUTHORS, "allowed"),
  unboundPrivate: all(PEOPLE, "allowed"),
};
/** Nobody can be known who writes as a group or a channel. */
const OWN_ACCOUNT: Row = { bound: all(PEOPLE, "own-only"), unboundPrivate: all(PEOPLE, "own-only") };
/** Names of the portal's people are not for everybody who happens to be in a chat. */
const FOR_KNOWN: Row = { bound: all(["owner", "admin", "sender", "linked"], "allowed") };
/** Whoever sees an alert may be the one who looks after it; a channel's posts are signed by nobody. */
const FOR_READERS: Row = { bound: all([...PEOPLE, "anonymous-admin"], "allowed") };
const OWN_NOTIFICATIONS: Row = { bound: { ...all(AUTHORS, "own-only"), ...all(ADMINS, "allowed") } };

/** Deny by default: a command that is not here, or a role that a row does not name, may do nothing. */
const TABLE: Readonly<Record<CommandName, Row>> = {
  notify: {
    bound: {
      everyone: all(AUTHORS, "allowed"),
      linked: all(["owner", "admin", "sender", "linked"], "allowed"),
      list: all(["owner", "admin", "sender"], "allowed"),
    },
  },
  recall: OWN_NOTIFICATIONS,
  status: OWN_NOTIFICATIONS,
  link: OWN_ACCOUNT,
  unlink: OWN_ACCOUNT,
  whoami: { ...OWN_ACCOUNT, bound: all(AUTHORS, "own-only"), unbound: all(AUTHORS, "own-only") },
  help: FOR_ALL,
  // In private anybody may hand credentials over; what decides there is the operator's set-up code, or a role elsewhere.
  connect: {
    ...FOR_ADMINS,
    private: all(AUTHORS, "allowed"),
    unbound: all(AUTHORS, "allowed"),
    unboundPrivate: all(AUTHORS, "allowed"),
  },
  disconnect: FOR_CHAT,
  senders: FOR_CHAT,
  ack: FOR_READERS,
  role: FOR_ADMINS,
  people: FOR_ADMINS,
  map: FOR_ADMINS,
  unmap: FOR_ADMINS,
  group: FOR_ADMINS,
  rules: FOR_ADMINS,
  forward: FOR_ADMINS,
  // It holds for the whole workspace, so whoever administers one chat is not enough.
  mute: FOR_ADMINS,
  quiet: OWN_ACCOUNT,
  oncall: FOR_KNOWN,
};

/** `senders` is of no account where no chat is bound. */
interface Asked {
  readonly command: CommandName;
  readonly place: CommandPlace;
  readonly senders: SendersPolicy;
}

const RANK: readonly Permission[] = ["denied", "own-only", "allowed"];

/** What one role may do with a command. */
export function permissionOf(role: Role, asked: Asked): Permission {
  return grantsFor(asked)?.[role] ?? "denied";
}

/** What somebody may do who is all of `roles`: the best that any of them gives. */
export function bestPermission(roles: Iterable<Role>, asked: Asked): Permission {
  return Array.from(roles, (role) => permissionOf(role, asked)).reduce(
    (best, each) => (RANK.indexOf(each) > RANK.indexOf(best) ? each : best),
    "denied",
  );
}

function grantsFor({ command, place, senders }: Asked): Grants | undefined {
  const row = TABLE[command];
  if (place === "unbound") return row.unbound;
  if (place === "unbound-private") return row.unboundPrivate;
  if (place === "private" && row.private) return row.private;
  const { bound } = row;
  return "everyone" in bound ? bound[senders] : bound;
}

/** Whether it matters for a command that its sender administers the chat: only then is the platform asked. */
export function concernsChatAdmins(command: CommandName): boolean {
  return PLACES.some((place) =>
    SENDERS_POLICIES.some((senders) => {
      const asked = { command, place, senders };
      return permissionOf("chat-admin", asked) !== permissionOf("anyone", asked);
    }),
  );
}

/** Whom the senders of a workspace may notify. */
export const REACHES = ["everybody", "addressable", "groups"] as const;
export type Reach = (typeof REACHES)[number];

/**
 * What a command alone does not decide. `add-portal`: connect a portal without a set-up code. `renew-credentials`: replace the
 * credentials of a workspace from a chat. `suspend-workspace`: suspend it by disconnecting its last chat. `give-administrators`:
 * make somebody owner or admin, or take that back.
 */
export const DEEDS = [
  "add-portal",
  "renew-credentials",
  "suspend-workspace",
  "give-administrators",
  "give-senders",
  "see-everybody",
  "reach-everybody",
] as const;
export type Deed = (typeof DEEDS)[number];

const OWNER: readonly Role[] = ["owner"];

/** The workspace itself is its owners'; admins look after people, groups, chats and rules. */
const DEED_TABLE: Readonly<Record<Deed, readonly Role[]>> = {
  "add-portal": OWNER,
  "renew-credentials": OWNER,
  "suspend-workspace": OWNER,
  "give-administrators": OWNER,
  "give-senders": ADMINS,
  "see-everybody": ADMINS,
  "reach-everybody": ADMINS,
};

/** Whether somebody who is all of `roles` in a workspace may do that there. */
export const mayDo = (roles: Iterable<Role>, deed: Deed): boolean =>
  Array.from(roles).some((role) => DEED_TABLE[deed].includes(role));

/** Whom somebody may notify: the workspace's setting holds for all who may not reach everybody. */
export const reachOf = (roles: ReadonlySet<Role>, setting: Reach): Reach =>
  mayDo(roles, "reach-everybody") ? "everybody" : setting;
