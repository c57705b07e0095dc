import type { DeliveryFilter, DeliveryState } from "../app/store/deliveries.ts";
import type { Repositories } from "../app/store/store.ts";
import type { Verdict } from "../core/verdict.ts";
import type { leaf } from "./command.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";

export interface FilterFlags {
  readonly json?: boolean;
  readonly workspace?: string;
  readonly state?: string;
  readonly verdict?: string;
  readonly code?: string;
  readonly limit?: string;
}

const STATES: readonly DeliveryState[] = ["media", "queued", "sending", "settled"];
const VERDICTS: readonly Verdict[] = [
  "delivered",
  "suppressed",
  "refused",
  "undeliverable",
  "unknown",
  "recalled",
  "superseded",
];

export const filtered = (command: ReturnType<typeof leaf>) =>
  command
    .option("--workspace <name>", "only of this workspace")
    .option("--state <state>", `only these: ${STATES.join(", ")}`)
    .option("--verdict <verdict>", `only these: ${VERDICTS.join(", ")}`)
    .option("--code <code>", "only with this code, such as DEADLINE or RESULT_FALSE")
    .option("--limit <number>", "how many, the newest first");

/** @throws {CliError} 2 */
export async function readFilter(repositories: Repositories, flags: FilterFlags): Promise<DeliveryFilter> {
  const workspace = flags.workspace === undefined ? undefined : await workspaceNamed(repositories, flags.workspace);
  const state = oneOf("--state", STATES, flags.state);
  const verdict = oneOf("--verdict", VERDICTS, flags.verdict);
  return {
    ...(workspace === undefined ? {} : { workspaceId: workspace.id }),
    ...(state === undefined ? {} : { state }),
    ...(verdict === undefined ? {} : { verdict }),
    ...(flags.code === undefined ? {} : { code: flags.code.toUpperCase() }),
    ...(flags.limit === undefined ? {} : { limit: readLimit(flags.limit) }),
  };
}

function oneOf<Value extends string>(
  flag: string,
  values: readonly Value[],
  given: string | undefined,
): Value | undefined {
  if (given === undefined) return undefined;
  const found = values.find((value) => value === given);
  if (found === undefined) throw wrongInput(`${flag} ${given}: must be one of ${values.join(", ")}`);
  return found;
}

/** @throws {CliError} 2 */
export function readLimit(given: string | undefined): number {
  if (given !== undefined && /^[1-9]\d{0,8}$/u.test(given)) return Number(given);
  throw wrongInput(`--limit ${given ?? ""}: must be a whole number from 1 up`);
}
