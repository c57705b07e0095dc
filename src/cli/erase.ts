import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { createDrive } from "../../adapters/bitrix24/drive.ts";
import {
  copiesBeside,
  driveFilesOf,
  type Erasure,
  type ErasureOptions,
  erase,
  scrub,
} from "../../adapters/database/erasure/erase.ts";
import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { removeMediaFile } from "../../adapters/media/files.ts";
import { type CancelledForErasure, cancelErased } from "../app/cancelErased.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { VERSION } from "../version.ts";
import type { Context } from "./context.ts";
import { CliError, wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { findMembers } from "./group.ts";
import { counted } from "./output.ts";
import { type AccountFlags, readAccount } from "./place.ts";
import { SILENT } from "./silence.ts";
import { openTerminal } from "./terminal.ts";

export interface EraseFlags extends AccountFlags {
  readonly json?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

type Who = ErasureOptions["who"];

/** A request to a portal ends after 75 seconds at the latest; what it carries cannot be erased before. */
const PATIENCE_MS = 90_000;
const PAUSE_MS = 500;

/** Removes what is known of somebody, beside a running service. */
export async function eraseSomebody(
  context: Context,
  name: string,
  { person, flags }: { person: string | undefined; flags: EraseFlags },
): Promise<void> {
  const workspace = await workspaceNamed((await context.store()).read, name);
  const who = await whom(context, workspace, { person, flags });
  const options = optionsFor(context, who);
  if (flags.dryRun === true) return tellCounts(context, erase({ ...options, dryRun: true }));
  await confirm(context, flags);
  const left = await removeFromDrive(context, workspace, who);
  const { erased, cancelled, told } = await eraseWhenQuiet(context, options);
  const { dataDir, databaseUrl } = context.config();
  for (const sha256 of erased.files) await removeMediaFile(join(dataDir, "media"), sha256);
  await context.change((_, note) =>
    note({
      action: "people.erase",
      subject: `${erased.pseudonym}: ${cancelled} cancelled`,
      workspaceId: workspace.id,
    }),
  );
  const scrubbed = await scrubWhenQuiet(databaseUrl);
  const copies = copiesBeside(databaseUrl);
  context.out.print({ ...erased, cancelled, sendersTold: told, scrubbed, copies, leftOnDrive: left }, [
    ...countLines(erased.counts, "Erased"),
    ...(cancelled === 0 ? [] : [`${cancelledText(cancelled)} cancelled; ${toldText(told)}.`]),
    `In the audit trail they are called ${erased.pseudonym} now.`,
    ...(scrubbed ? [] : ["Freed pages of the database could not be rewritten while it is busy: run this again later."]),
    ...(left.length === 0 ? [] : [`Still on the portal's Drive, remove them there: files ${left.join(", ")}.`]),
    ...(copies.length === 0 ? [] : [`Older copies still hold them; delete what you do not need: ${copies.join(", ")}`]),
    "Backups made before hold them too, until they are deleted: see docs/operations.md.",
  ]);
}

async function whom(
  context: Context,
  { id: workspaceId }: Workspace,
  { person, flags }: { person: string | undefined; flags: EraseFlags },
): Promise<Who> {
  const given = readAccount(flags);
  if ((person === undefined) === (given === undefined))
    throw wrongInput(
      "whom? Give id:42, an e-mail, @name or a name; or --telegram ID or --discord ID for somebody unmapped",
    );
  const { read } = await context.store();
  if (given) {
    const { platform, account } = given;
    const known = await read.people.byAccount(workspaceId, platform, account);
    if (known) return { workspaceId, personId: known.id };
    if (account.userId === undefined)
      throw wrongInput(`--${platform}: nobody is mapped by this name; give the numeric id`);
    return { workspaceId, accounts: [{ platform, userId: account.userId }] };
  }
  const asked = person ?? "";
  const id = /^(?:id:)?(?<id>[1-9]\d{0,9})$/iu.exec(asked)?.groups?.id;
  // Looking for members makes people of ids that are not known yet; here that would make whom one wants to be rid of.
  const known = id === undefined ? undefined : await read.people.byBitrixId(workspaceId, Number(id));
  if (id !== undefined && !known) throw wrongInput(`${asked}: nothing is known of this Bitrix24 user`);
  const found = known ?? (await findMembers(read, workspaceId, [asked]))[0];
  if (!found) throw wrongInput(`${asked}: no such person is known; see herald24 people list`);
  return { workspaceId, personId: found.id };
}

function optionsFor(context: Context, who: Who): ErasureOptions {
  const { databaseUrl, secretKey, dataDir } = context.config();
  const { keys } = loadSecretKeys({ value: secretKey, dataDir, mayCreate: false });
  return { databaseUrl, secretKeys: keys, who, now: context.clock(), dryRun: false };
}

async function confirm({ host, words }: Context, { yes, json }: EraseFlags): Promise<void> {
  if (yes === true) return;
  if (!host.interactive || json === true)
    throw wrongInput("nothing was erased: this cannot be undone, so give --yes; --dry-run only counts");
  const terminal = await openTerminal(host, words);
  if (!(await terminal.agree("This cannot be undone. Erase?"))) throw wrongInput("nothing was erased");
}

/** Before the rows that name the files are gone; answers the ids of those that could not be removed. */
async function removeFromDrive(context: Context, workspace: Workspace, who: Who): Promise<readonly number[]> {
  const { databaseUrl } = context.config();
  const ids = driveFilesOf({ databaseUrl, who });
  if (ids.length === 0) return [];
  const portal = await context.portal();
  const { privateHosts } = context.config();
  const drive = createDrive({ portal, version: VERSION, privateHosts, clock: context.clock, log: SILENT });
  const left: number[] = [];
  try {
    for (const id of ids) {
      if ((await drive.remove(workspace, id, AbortSignal.timeout(PATIENCE_MS))) === "later") left.push(id);
    }
  } finally {
    await drive.close();
  }
  return left;
}

type Erased = Extract<Erasure, { kind: "erased" }>;

interface Done {
  readonly erased: Erased;
  readonly cancelled: number;
  /** Messages whose senders learn that something was cancelled. */
  readonly told: number;
}

async function eraseWhenQuiet(context: Context, options: ErasureOptions): Promise<Done> {
  const until = Date.now() + PATIENCE_MS;
  const told = new Set<string>();
  let cancelled = 0;
  for (;;) {
    const waited = await cancelWaiting(context, options.who);
    for (const slot of waited.told) told.add(slot);
    const erasure = erase({ ...options, told: [...told] });
    cancelled += waited.cancelled + erasure.cancelled;
    if (erasure.kind === "erased") return { erased: erasure, cancelled, told: told.size };
    if (Date.now() > until) {
      throw new CliError(
        1,
        `${counted(erasure.sending, "of their notifications is", "of their notifications are")} still being sent; what waited was cancelled. Run this again in a minute`,
      );
    }
    await wait(PAUSE_MS);
  }
}

async function cancelWaiting(context: Context, { workspaceId, personId }: Who): Promise<CancelledForErasure> {
  if (personId === undefined) return { cancelled: 0, told: [] };
  const said = { wordsIn, now: context.clock() };
  return (await context.store()).tx((tx) => cancelErased(tx, { workspaceId, personId }, said));
}

const cancelledText = (count: number): string => counted(count, "queued delivery was", "queued deliveries were");

const toldText = (count: number): string =>
  count === 0 ? "nobody else is to be told of it" : `${counted(count, "message")} in the chats will say so`;

async function scrubWhenQuiet(databaseUrl: string): Promise<boolean> {
  for (let tries = 0; tries < 5; tries += 1) {
    if (scrub(databaseUrl)) return true;
    await wait(PAUSE_MS);
  }
  return false;
}

const WHAT: Readonly<Record<string, readonly [one: string, many: string]>> = {
  persons: ["person", "people"],
  accounts: ["account", "accounts"],
  sightings: ["sighting in a chat", "sightings in chats"],
  notificationsSent: ["notification they sent", "notifications they sent"],
  notificationsReceived: ["notification they received", "notifications they received"],
  notificationsAbout: ["notification of others that names them", "notifications of others that name them"],
  acknowledgements: ["alert that they had", "alerts that they had"],
  deliveries: ["delivery to them", "deliveries to them"],
  attachments: ["attachment", "attachments"],
  links: ["link to media", "links to media"],
  receipts: ["answer in a chat", "answers in chats"],
  rights: ["right", "rights"],
  chats: ["private dialogue", "private dialogues"],
  linkAttempts: ["attempt to link", "attempts to link"],
  confirmations: ["question that waits for an answer", "questions that wait for an answer"],
  updates: ["message kept as received", "messages kept as received"],
  chores: ["look-up that waits", "look-ups that wait"],
  alerts: ["alert that waits", "alerts that wait"],
  rules: ["rule that named them", "rules that named them"],
  silences: ["silence that named them", "silences that named them"],
  incidents: ["incident that they wrote, or that named them", "incidents that they wrote, or that named them"],
  posts: ["post in a chat that is edited", "posts in chats that are edited"],
  turns: ["turn on call", "turns on call"],
  overrides: ["override of who is on call", "overrides of who is on call"],
  quietHours: ["setting of quiet hours", "settings of quiet hours"],
  audit: ["entry of the audit trail made anonymous", "entries of the audit trail made anonymous"],
};

const countLines = (counts: Erased["counts"], verb: string): readonly string[] => {
  const some = Object.entries(counts).filter(([, count]) => count > 0);
  if (some.length === 0) return ["Nothing of them was found."];
  return [`${verb}:`, ...some.map(([key, count]) => `  ${counted(count, ...(WHAT[key] ?? [key, key]))}`)];
};

function tellCounts(context: Context, erasure: Erasure): void {
  if (erasure.kind === "busy") throw new CliError(1, "the database is busy; try again");
  const { counts, cancelled } = erasure;
  context.out.print({ dryRun: true, counts, cancelled }, [
    ...countLines(counts, "Would be erased"),
    ...(cancelled === 0 ? [] : [`${counted(cancelled, "queued delivery", "queued deliveries")} would be cancelled.`]),
  ]);
}
