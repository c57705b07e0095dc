import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import type { Finding } from "../app/ports.ts";
import type { Repositories, Store } from "../app/store/store.ts";
import { discordFor, telegramFor } from "./bots.ts";
import type { Context } from "./context.ts";
import { faultOf, redacted, secretsOf } from "./fault.ts";
import { counted } from "./output.ts";
import { diskFindings, serviceFindings } from "./serviceCheck.ts";
import { workspaceFindings } from "./workspaceCheck.ts";

/** Looks at everything and changes nothing. Ends with 1 when something is broken. */
export async function doctor(context: Context): Promise<void> {
  const findings = (await examine(context)).map((finding) => ({
    ...finding,
    detail: redacted(finding.detail, secretsOf(context.env, [])),
  }));
  context.out.print(findings, findings.flatMap(lines));
  if (findings.some((finding) => finding.state === "broken")) context.exit(1);
}

const SIGNS = { ok: "ok     ", warning: "warning", broken: "BROKEN " } as const;

const lines = ({ subject, state, detail, fix }: Finding): readonly string[] => [
  `${SIGNS[state]}  ${subject}: ${detail}${fix === undefined ? "" : `  ->  ${fix}`}`,
];

async function examine(context: Context): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  try {
    context.config();
    found.push({ subject: "environment", state: "ok", detail: "every value is well formed" });
  } catch (error) {
    const detail = faultOf(error).message.replaceAll("\n", " ");
    return [{ subject: "environment", state: "broken", detail, fix: "correct .env or the environment" }];
  }
  const opened = await openDatabase(context);
  const service = await serviceFindings(context.config());
  const isRunning = service.some(({ subject, state }) => subject === "service" && state === "ok");
  found.push(opened.finding, ...service, ...(await diskFindings(context.config())));
  found.push(...(await botFindings(context, opened.store, isRunning)));
  found.push(await publicUrlFinding(context, opened.store));
  if (opened.store) {
    found.push(...(await workspaceFindings(context, opened.store.read)));
    found.push(...(await storeFindings(opened.store.read)));
  }
  return found;
}

/** Key and database together: only the right key shows that the database is ours to read. */
async function openDatabase(context: Context): Promise<{ finding: Finding; store?: Store }> {
  const subject = "database and key";
  try {
    const store = await context.store();
    return { finding: { subject, state: "ok", detail: `${context.config().databaseUrl}, and the key fits` }, store };
  } catch (error) {
    const fix = "the line says what to do; in a new folder: npx herald24 init";
    return { finding: { subject, state: "broken", detail: faultOf(error).message, fix } };
  }
}

async function botFindings(
  context: Context,
  store: Store | undefined,
  isRunning: boolean,
): Promise<readonly Finding[]> {
  const config = context.config();
  const bound = async (platform: "telegram" | "discord") =>
    ((await store?.read.chats.list()) ?? []).filter((binding) => binding.platform === platform);
  const { keys } = store
    ? loadSecretKeys({ value: config.secretKey, dataDir: config.dataDir, mayCreate: false })
    : { keys: [] };
  const found: Finding[] = [];
  try {
    const telegram = telegramFor(config, { clock: context.clock, bound, keys });
    if (telegram) {
      found.push(...(await telegram.findings({ mayPoll: !isRunning })));
      await telegram.close();
    }
    found.push(...((await discordFor(config, { clock: context.clock, bound })?.findings()) ?? []));
  } catch (error) {
    found.push({ subject: "bots", state: "broken", detail: faultOf(error).message });
  }
  return [...tokenFindings(config), ...found];
}

function tokenFindings({ telegram, discord }: ReturnType<Context["config"]>): readonly Finding[] {
  if (telegram || discord) return [];
  const fix = "set TELEGRAM_BOT_TOKEN or DISCORD_BOT_TOKEN in .env, or run npx herald24 init";
  return [{ subject: "bots", state: "broken", detail: "no bot token is set: no command can come in", fix }];
}

async function publicUrlFinding(context: Context, store: Store | undefined): Promise<Finding> {
  const subject = "public address";
  const { publicUrl } = context.config();
  if (publicUrl !== undefined) return { subject, state: "ok", detail: publicUrl };
  const fix = "set PUBLIC_URL to an https address that leads to this service";
  const workspaces = (await store?.read.workspaces.list()) ?? [];
  if (workspaces.length > 0 && workspaces.every(({ capabilities }) => capabilities?.drive === "usable"))
    return { subject, state: "ok", detail: "none: pictures and files go through the portal's Drive" };
  return {
    subject,
    state: "warning",
    detail: "none: notifications go without pictures and files, unless the scope disk is granted",
    fix,
  };
}

const MANY = 1_000;

async function storeFindings(read: Repositories): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  if ((await read.chats.list()).length === 0) {
    const fix = "npx herald24 chat bind <workspace> --telegram <id>; the bot tells the id in any chat it is added to";
    found.push({ subject: "chats", state: "warning", detail: "none is bound: nobody may send", fix });
  }
  const lost = await read.inbox.givenUp(0);
  if (lost > 0) {
    const detail = `${counted(lost, "message")} could not be dealt with and ${lost === 1 ? "was" : "were"} given up`;
    const fix = 'ask their senders to write again; "inbox row failed" in the log says why';
    found.push({ subject: "inbox", state: "warning", detail, fix });
  }
  const dead = (await read.deliveries.list({ verdict: "undeliverable", limit: MANY })).length;
  if (dead > 0) {
    const fix =
      "herald24 deliveries list --verdict undeliverable, then herald24 deliveries replay --verdict undeliverable";
    found.push({
      subject: "dead letters",
      state: "warning",
      detail: `${dead === MANY ? `${MANY} or more` : dead}`,
      fix,
    });
  }
  return found;
}
