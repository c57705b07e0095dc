import { COMMANDS, type CommandName } from "../../src/core/command.ts";
import {
  type CommandPlace,
  DEEDS,
  type Deed,
  mayDo,
  type Permission,
  PLACES,
  permissionOf,
  ROLES,
  type Role,
  SENDERS_POLICIES,
} from "../../src/core/permissions.ts";

const SHOWN: Readonly<Record<Permission, string>> = { allowed: "yes", "own-only": "own", denied: "–" };

const MEANINGS: Readonly<Record<Role, string>> = {
  owner: "account with the role `owner` in the workspace: `admin add WORKSPACE --telegram ID --role owner`",
  admin: "account with the role `admin`, the default of `admin add`",
  sender:
    "account with the role `sender`: may send from every chat of the workspace, also where `--senders list` holds",
  "chat-admin":
    "administers this very chat: Telegram's administrators of it, Discord's members with Manage Server. Only for its binding: people, credentials and other chats stay the workspace's",
  linked:
    "person of Bitrix24 whose account was mapped by its numeric id, or proven by `/link`; a username alone authorises nobody",
  anyone: "any other person who writes in the chat",
  "anonymous-admin":
    "Telegram administrator who stays anonymous: nobody can see who it is, so nothing of the workspace may be changed",
  channel: "post of a channel, or a message that somebody writes as a channel",
  bot: "bots and webhooks: never answered, so that two bots cannot talk to each other for ever",
};

const DEED_NAMES: Readonly<Record<Deed, string>> = {
  "add-portal": "connect another portal by `/connect` without a set-up code of the operator",
  "renew-credentials": "replace the workspace's webhook by `/connect`",
  "suspend-workspace": "suspend the workspace by disconnecting its last chat",
  "give-administrators": "make somebody `owner` or `admin` by `/role`, or take that back; the last owner stays",
  "give-senders": "make somebody `sender` by `/role`, or take that back",
  "see-everybody": "be suggested all people of the workspace, seen in this chat or not",
  "reach-everybody": "notify everybody, whatever `reach` says",
};

const PLACE_NAMES: Readonly<Record<CommandPlace, string>> = {
  group: "bound group",
  channel: "bound channel",
  private: "bound private dialogue",
  unbound: "unbound group or channel",
  "unbound-private": "unbound private dialogue",
};

const INTRO = `# Who may do what

Made from the table that the code uses (\`src/core/permissions.ts\`); after a change there: \`npm run docs:permissions\`.

Whoever is several of these at once may do what any of them may. What is not listed is denied. In a chat that is bound to no
workspace nobody has a role, whatever they are elsewhere.

| Role | Who |
|---|---|
${ROLES.map((role) => `| \`${role}\` | ${MEANINGS[role]} |`).join("\n")}

\`yes\`: allowed. \`own\`: what concerns the asker's own notifications or account. \`–\`: denied. *Senders* is who may send from the
chat: \`chat bind … --senders everyone|linked|list\`, or \`/senders\` in the chat.
`;

const OUTRO = `
What a command alone does not decide:

| Deed | ${ROLES.join(" | ")} |
|---|${"---|".repeat(ROLES.length)}
${DEEDS.map((deed) => `| ${DEED_NAMES[deed]} | ${ROLES.map((role) => (mayDo([role], deed) ? "yes" : "–")).join(" | ")} |`).join("\n")}

An owner answers for the workspace itself: its credentials, and who administers it. An admin looks after people, groups, chats and
rules. Roles belong to accounts, by their numeric ids: a person with two accounts is given the role twice. A workspace that the operator
added has no owner until the operator names one: \`admin add WORKSPACE --telegram ID --role owner\`.

In Discord \`/senders\` and \`/disconnect\` are offered to members with Manage Server, all other commands to everybody; the server's
administrators change that under *Server Settings, Integrations*. That is a matter of what is shown: who may do what is
decided by this table alone. What a field suggests is decided by it, too.

Besides: \`workspace set NAME reach=everybody|addressable|groups\` limits whom senders other than owners and admins may notify (everybody,
people seen in the chat, groups only). \`confirm-above=10\`: a notification for more people is sent only after its sender has confirmed it
within ten minutes, which those without a name of their own (\`anonymous-admin\`, \`channel\`) cannot. \`commands-per-minute=30\` and
\`command-burst=20\` limit each sender, over restarts, too.
`;

/** Rows that differ in nothing but the place or the policy are one. */
function rowsOf(command: CommandName): string[] {
  const grouped = new Map<string, Set<CommandPlace>>();
  for (const place of PLACES) {
    const perPolicy = SENDERS_POLICIES.map((senders) => ({
      senders,
      cells: ROLES.map((role) => SHOWN[permissionOf(role, { command, place, senders })]).join(" | "),
    }));
    for (const { senders, cells } of perPolicy) {
      const same = perPolicy.every((each) => each.cells === cells);
      const key = `${same ? "any" : senders}\n${cells}`;
      const places = grouped.get(key) ?? new Set<CommandPlace>();
      places.add(place);
      grouped.set(key, places);
    }
  }
  return [...grouped]
    .filter(([key]) => /yes|own/u.test(key))
    .map(([key, places]) => {
      const [senders, cells] = key.split("\n");
      return `| \`/${command}\` | ${placesText(places)} | ${senders} | ${cells} |`;
    });
}

function placesText(places: ReadonlySet<CommandPlace>): string {
  const bound = ["group", "channel", "private"] as const;
  const isBound = bound.every((place) => places.has(place));
  const others = [...places].filter((place) => !isBound || !bound.some((each) => each === place));
  return [...(isBound ? ["bound chat"] : []), ...others.map((place) => PLACE_NAMES[place])].join(", ");
}

/** The page that tells people what the table says. */
export function permissionsPage(): string {
  const names = Object.keys(COMMANDS) as CommandName[];
  const head = `| Command | Where | Senders | ${ROLES.join(" | ")} |\n|---|---|---|${"---|".repeat(ROLES.length)}`;
  return `${INTRO}\n${head}\n${names.flatMap(rowsOf).join("\n")}\n${OUTRO}`;
}
