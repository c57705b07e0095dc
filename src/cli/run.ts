import { Command } from "commander";
import { VERSION } from "../version.ts";
import { addAdminCommands } from "./admin.ts";
import { addAuditCommands } from "./audit.ts";
import { addChatCommands } from "./chat.ts";
import type { Cli } from "./command.ts";
import { type CliHost, readEnvironment, withContext } from "./context.ts";
import { addDeliveryCommands } from "./deliveries.ts";
import { faultOf, redacted, secretsOf } from "./fault.ts";
import { addGroupCommands } from "./group.ts";
import { addHookCommands } from "./hook.ts";
import { addOncallCommands } from "./oncall.ts";
import { shown } from "./output.ts";
import { addPeopleCommands } from "./people.ts";
import { addRuleCommands } from "./rule.ts";
import { addSeedCommands } from "./seed.ts";
import { addServiceCommands } from "./service.ts";
import { addUpkeepCommands } from "./upkeep.ts";
import { addWorkspaceCommands } from "./workspace.ts";

/**
 * Runs one command line.
 *
 * @param argv Without node and script.
 * @returns The exit code: 0 done, 1 anything else, 2 input wrong and nothing sent, 3 the portal said no, 4 outcome unknown.
 */
export async function runCli(argv: readonly string[], host: CliHost): Promise<number> {
  let code = 0;
  const program = new Command("herald24")
    .description("Telegram and Discord commands and alerts as Bitrix24 personal notifications")
    .version(VERSION)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => host.stdout.write(text),
      writeErr: (text) => host.stderr.write(redacted(text, secretsOf(host.env, argv))),
    });
  const cli: Cli = {
    program,
    host,
    run: async ({ json }, act) => {
      code = await withContext(host, { json: json === true }, act);
    },
  };
  try {
    addCommands(cli, (given) => {
      code = given;
    });
    await program.parseAsync(argv, { from: "user" });
    return code;
  } catch (error) {
    return tell(error, argv, host);
  }
}

function addCommands(cli: Cli, exit: (code: number) => void): void {
  const { program, host } = cli;
  addServiceCommands(cli);
  addSeedCommands(program, { ...host, env: readEnvironment(host), exit });
  addWorkspaceCommands(cli);
  addChatCommands(cli);
  addAdminCommands(cli);
  addPeopleCommands(cli);
  addGroupCommands(cli);
  addHookCommands(cli);
  addRuleCommands(cli);
  addOncallCommands(cli);
  addDeliveryCommands(cli);
  addAuditCommands(cli);
  addUpkeepCommands(cli);
}

function tell(error: unknown, argv: readonly string[], host: CliHost): number {
  const { exitCode, message } = faultOf(error);
  if (message === "") return exitCode;
  const line = shown(redacted(message, secretsOf(host.env, argv)));
  host.stderr.write(`herald24: ${line}\n`);
  if (argv.includes("--json")) host.stdout.write(`${JSON.stringify({ error: { exitCode, message: line } })}\n`);
  return exitCode;
}
