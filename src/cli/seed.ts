import { readFile } from "node:fs/promises";
import type { Readable, Writable } from "node:stream";
import { type Command, CommanderError } from "commander";
import {
  createPersonalNotification,
  createSystemNotification,
  deleteNotification,
  InvalidInputError,
  type PortalAnswer,
} from "../library.ts";

/** Where the commands read and write; scripts depend on what goes to which of them. */
export interface SeedStreams {
  /** The portal's body byte for byte, or one JSON object with `--json`; nothing else. */
  readonly stdout: Writable;
  /** One line for people. */
  readonly stderr: Writable;
  readonly stdin: Readable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Called once for each command that ran. */
  readonly exit: (code: ExitCode) => void;
}

/** 0 done · 1 not sent · 2 input wrong, nothing sent · 3 the portal said no · 4 sent, outcome unknown. */
export type ExitCode = 0 | 1 | 2 | 3 | 4;

interface NotifyFlags {
  readonly url?: string;
  readonly user?: string;
  readonly text?: string;
  readonly tag?: string;
  readonly blocks?: string;
  readonly token?: string;
  readonly json?: boolean;
}

interface DeleteFlags {
  readonly url?: string;
  readonly notif?: string;
  readonly token?: string;
  readonly json?: boolean;
}

const saidNo = (answer: unknown): boolean => typeof answer === "object" && answer !== null && "error" in answer;

function exitCodeOf({ verdict, answer }: PortalAnswer): ExitCode {
  switch (verdict.kind) {
    case "delivered":
    case "recalled":
      return 0;
    case "suppressed":
    case "refused":
    case "suspend":
      return 3;
    case "retry":
      // A portal that said "later" said no; without its JSON the call did not even reach it.
      return saidNo(answer) ? 3 : 1;
    case "unknown":
      return 4;
    default:
      return verdict satisfies never;
  }
}

const TWICE = "trying again may show it twice";

function describe({ verdict, fault }: PortalAnswer, repetition: string): string {
  switch (verdict.kind) {
    case "delivered":
      return `delivered: notification ${verdict.notificationId}`;
    case "recalled":
      return "deleted";
    case "suppressed":
      return "suppressed: the recipient has switched such notifications off";
    case "refused":
    case "suspend":
      return `refused by the portal: ${verdict.code} (${verdict.reason})`;
    case "retry":
      return `not sent: ${verdict.code}${fault ? ` (${fault})` : ""}; it is safe to try again later`;
    case "unknown":
      return `outcome unknown: ${verdict.code} (${verdict.reason}); ${repetition}`;
    default:
      return verdict satisfies never;
  }
}

async function readAll(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return withoutMark(Buffer.concat(chunks).toString("utf8"));
}

/** Some programs begin what they write with a byte order mark. */
const withoutMark = (text: string): string => text.replace(/^\uFEFF/u, "");

/** A reader who has gone away does not change what became of the notification, which the exit code tells. */
async function write(stream: Writable, bytes: Uint8Array | string): Promise<void> {
  if (bytes.length === 0) return;
  stream.once("error", () => {});
  await new Promise<void>((resolve) => stream.write(bytes, () => resolve()));
}

const refuse = (subject: string, value: string, problem: { rule: string; remedy: string }): never => {
  throw new InvalidInputError(subject, { value, ...problem });
};

async function readBlocks(flag: string, stdin: Readable): Promise<unknown> {
  const source = flag.trim();
  const file = source.startsWith("@") ? source.slice(1) : undefined;
  const text = await (file === undefined
    ? source === "-"
      ? readAll(stdin)
      : source
    : readFile(file, "utf8").then(withoutMark, () =>
        refuse("--blocks", source, {
          rule: "The file cannot be read.",
          remedy: "Check its path and permissions.",
        }),
      ));
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return refuse("--blocks", source.length > 40 ? `${source.slice(0, 40)}…` : source, {
      rule: "Blocks are JSON: a list of blocks, or the full form with BLOCKS.",
      remedy: 'Write [{"IMAGE":{"NAME":"…","LINK":"https://…"}}], or @file with that in it, or - for standard input.',
    });
  }
}

async function notificationOf(flags: NotifyFlags, streams: SeedStreams) {
  if (flags.text === "-" && flags.blocks?.trim() === "-")
    refuse("--text and --blocks", "-", {
      rule: "Standard input can be read only once.",
      remedy: "Give one of the two as @file or as it is.",
    });
  const piped = flags.text === "-" ? await readAll(streams.stdin) : undefined;
  return {
    url: flags.url ?? "",
    userId: flags.user ?? "",
    // A pipe ends its text with a line break that nobody typed.
    text: piped === undefined ? (flags.text ?? "") : piped.replace(/\r?\n$/u, ""),
    tag: flags.tag,
    attachments: flags.blocks === undefined ? undefined : await readBlocks(flags.blocks, streams.stdin),
    token: flags.token,
    privateHosts: streams.env.PRIVATE_HOSTS,
  };
}

/** Runs one call and tells what became of it in the body, the line for people and the exit code. */
async function report(
  call: () => Promise<PortalAnswer>,
  { json = false, repetition = TWICE }: { json?: boolean | undefined; repetition?: string },
  streams: SeedStreams,
): Promise<void> {
  try {
    const answer = await call();
    const object = `${JSON.stringify({ answer: answer.answer ?? null, verdict: answer.verdict })}\n`;
    await write(streams.stdout, json ? object : answer.body);
    await write(streams.stderr, `${describe(answer, repetition)}\n`);
    streams.exit(exitCodeOf(answer));
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    const { subject, value, rule, remedy } = error;
    if (json) await write(streams.stdout, `${JSON.stringify({ problem: { subject, value, rule, remedy } })}\n`);
    await write(streams.stderr, `${error.message}\n`);
    streams.exit(2);
  }
}

/** A command whose own usage errors end with 2: nothing has been sent. */
function seedCommand(program: Command, name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option("--url <address>", "webhook address, or with --token the portal's domain")
    .option("--token <token>", "access token of an application")
    .option("--json", "print {answer, verdict} instead of the portal's body")
    .exitOverride((error) => {
      throw new CommanderError(error.exitCode === 0 ? 0 : 2, error.code, error.message);
    });
}

/**
 * Adds `notify`, `notify-system` and `delete`. Their usage errors are thrown as `CommanderError` with `exitCode` 2, so
 * whoever parses ends with the error's `exitCode`.
 */
export function addSeedCommands(program: Command, streams: SeedStreams): void {
  const senders = [
    { name: "notify", about: "send one personal notification", create: createPersonalNotification },
    { name: "notify-system", about: "send one notification without an author", create: createSystemNotification },
  ];
  for (const { name, about, create } of senders) {
    seedCommand(program, name, about)
      .option("--user <id>", "the recipient's Bitrix24 user id")
      .option("--text <text>", "text with BB codes; - reads standard input")
      .option("--tag <tag>", "a newer notification with this tag replaces the older one")
      .option("--blocks <json>", "list of blocks or full ATTACH as JSON; @file, or - for standard input")
      .action((flags: NotifyFlags) =>
        report(async () => create(await notificationOf(flags, streams)), { json: flags.json }, streams),
      );
  }
  seedCommand(program, "delete", "delete a notification from the acting user's feed")
    .option("--notif <id>", "the notification's id")
    .action(({ url = "", notif = "", token, json }: DeleteFlags) => {
      const options = { url, notificationId: notif, token, privateHosts: streams.env.PRIVATE_HOSTS };
      return report(() => deleteNotification(options), { json, repetition: "trying again is harmless" }, streams);
    });
}
