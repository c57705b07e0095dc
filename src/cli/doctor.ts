import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import type { Finding, Words } from "../app/ports.ts";
import type { Repositories, Store } from "../app/store/store.ts";
import { watchedChats } from "../app/watched.ts";
import { ConfigError, problemLine } from "../config.ts";
import type { Language } from "../core/language.ts";
import { wordsIn } from "../messages/catalogue.ts";
import { discordFor, telegramFor } from "./bots.ts";
import type { Context } from "./context.ts";
import { databaseFinding, openedDatabase } from "./databaseCheck.ts";
import { faultOf, redacted, secretsOf } from "./fault.ts";
import { givenLanguage, operatorLanguage } from "./language.ts";
import { ruleFindings } from "./ruleCheck.ts";
import { diskFindings, serviceFindings } from "./serviceCheck.ts";
import { workspaceFindings } from "./workspaceCheck.ts";

/** Looks at everything and changes nothing. Ends with 1 when something is broken. */
export async function doctor(context: Context, { language }: { language?: string }): Promise<void> {
  const asked = givenLanguage(language);
  const problems = configProblems(context);
  const opened = problems.length > 0 ? undefined : await openedDatabase(context);
  const store = opened && "store" in opened ? opened.store : undefined;
  const words = await wordsFor(context, store, asked);
  const found = opened
    ? [environmentOk(words), databaseFinding(context, opened, words), ...(await examine(context, store, words))]
    : problems.map((fault) => environmentFinding(fault, words));
  const secrets = secretsOf(context.env, []);
  const findings = found.map((finding) => ({ ...finding, detail: redacted(finding.detail, secrets) }));
  context.out.print(
    findings.map((finding) => shape(finding, words)),
    [...findings.map((finding) => line(finding, words)), ...summary(findings, words)],
  );
  if (findings.some((finding) => finding.state === "broken")) context.exit(1);
}

async function wordsFor(context: Context, store: Store | undefined, asked: Language | undefined): Promise<Words> {
  return wordsIn(asked ?? operatorLanguage(context.host.env, (await store?.read.workspaces.list()) ?? []));
}

const subjectOf = ({ check, place }: Finding, { say }: Words): string =>
  say(`subject-${check}`, place === undefined ? {} : { place });

/** The shape that scripts rely on (docs/cli.md). */
const shape = (finding: Finding, words: Words) => ({
  check: finding.check,
  place: finding.place ?? null,
  state: finding.state,
  subject: subjectOf(finding, words),
  detail: finding.detail,
  fix: finding.fix ?? null,
});

function line(finding: Finding, words: Words): string {
  const signs = (["ok", "warning", "broken"] as const).map((state) => words.say(`state-${state}`));
  const sign = words.say(`state-${finding.state}`).padEnd(Math.max(...signs.map((each) => each.length)));
  return `${sign}  ${subjectOf(finding, words)}: ${finding.detail}${finding.fix === undefined ? "" : `  ->  ${finding.fix}`}`;
}

function summary(findings: readonly Finding[], { say }: Words): readonly string[] {
  const count = (state: Finding["state"]): number => findings.filter((finding) => finding.state === state).length;
  const [broken, warnings] = [count("broken"), count("warning")];
  if (broken + warnings === 0) return [say("doctor-well")];
  return [
    [
      ...(broken > 0 ? [say("doctor-broken", { count: broken })] : []),
      ...(warnings > 0 ? [say("doctor-warnings", { count: warnings })] : []),
    ].join(" "),
  ];
}

/** Every wrong setting, or the one reason why the environment could not be read at all. */
function configProblems(context: Context): readonly (ConfigError["problems"][number] | Error)[] {
  try {
    context.config();
    return [];
  } catch (error) {
    return error instanceof ConfigError ? error.problems : [error instanceof Error ? error : new Error("unknown")];
  }
}

const environmentOk = ({ say }: Words): Finding => ({
  check: "environment",
  state: "ok",
  detail: say("environment-ok"),
});

function environmentFinding(problem: ReturnType<typeof configProblems>[number], words: Words): Finding {
  const detail = problem instanceof Error ? faultOf(problem).message : problemLine(problem, words);
  return { check: "environment", state: "broken", detail, fix: words.say("environment-fix") };
}

async function examine(context: Context, store: Store | undefined, words: Words): Promise<readonly Finding[]> {
  const service = await serviceFindings(context.config(), words);
  const isRunning = service.some(({ check, state }) => check === "service" && state === "ok");
  const found = [...service, ...(await diskFindings(context.config(), words))];
  found.push(...(await botFindings(context, store, { words, isRunning })));
  found.push(await publicUrlFinding(context, store, words));
  if (!store) return found;
  found.push(...(await workspaceFindings(context, store.read, words)));
  found.push(...(await ruleFindings(store.read, words, context.clock)));
  return [...found, ...(await storeFindings(store.read, words))];
}

async function botFindings(
  context: Context,
  store: Store | undefined,
  { words, isRunning }: { words: Words; isRunning: boolean },
): Promise<readonly Finding[]> {
  const { say } = words;
  const config = context.config();
  if (!config.telegram && !config.discord)
    return [{ check: "bots", state: "broken", detail: say("bots-none"), fix: say("bots-none-fix") }];
  const bound = async (platform: "telegram" | "discord") =>
    ((await store?.read.chats.list()) ?? []).filter((binding) => binding.platform === platform);
  const watched = async (platform: "telegram" | "discord") => (store ? watchedChats(store.read, platform) : []);
  const { keys } = store
    ? loadSecretKeys({ value: config.secretKey, dataDir: config.dataDir, mayCreate: false })
    : { keys: [] };
  const found: Finding[] = [];
  try {
    const telegram = telegramFor(config, { clock: context.clock, bound, watched, keys });
    if (telegram) {
      found.push(...(await telegram.findings({ say, mayPoll: !isRunning })));
      await telegram.close();
    }
    found.push(...((await discordFor(config, { clock: context.clock, bound })?.findings({ say })) ?? []));
  } catch (error) {
    const detail = say("bots-failed", { reason: faultOf(error).message });
    found.push({ check: "bots", state: "broken", detail, fix: say("bots-failed-fix") });
  }
  return found;
}

async function publicUrlFinding(context: Context, store: Store | undefined, { say }: Words): Promise<Finding> {
  const check = "public-address";
  const { publicUrl } = context.config();
  if (publicUrl !== undefined) return { check, state: "ok", detail: publicUrl };
  const workspaces = (await store?.read.workspaces.list()) ?? [];
  if (workspaces.length > 0 && workspaces.every(({ capabilities }) => capabilities?.drive === "usable"))
    return { check, state: "ok", detail: say("public-address-drive") };
  return { check, state: "warning", detail: say("public-address-none"), fix: say("public-address-fix") };
}

const MANY = 1_000;

async function storeFindings(read: Repositories, { say }: Words): Promise<readonly Finding[]> {
  const found: Finding[] = [];
  const warn = (check: Finding["check"], detail: string, fix: string): void => {
    found.push({ check, state: "warning", detail, fix });
  };
  if ((await read.chats.list()).length === 0) warn("chats", say("chats-none"), say("chats-none-fix"));
  const lost = await read.inbox.givenUp(0);
  if (lost > 0) warn("inbox", say("inbox-lost", { count: lost }), say("inbox-lost-fix"));
  const dead = (await read.deliveries.list({ verdict: "undeliverable", limit: MANY })).length;
  const detail = say(dead === MANY ? "dead-letters-many" : "dead-letters", { count: dead });
  if (dead > 0) warn("dead-letters", detail, say("dead-letters-fix"));
  return found;
}
