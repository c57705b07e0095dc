import { type FoundPerson, findPerson } from "../app/findPerson.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import type { Context } from "./context.ts";
import { CliError, wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { described } from "./personView.ts";

/**
 * The one active person with exactly this address.
 *
 * @throws {CliError} 2 when nobody or more than one has it, 3 when the portal does not let us see addresses, 1 when it cannot be reached.
 */
export async function lookUpEmail(
  context: Context,
  name: string,
  given: string,
): Promise<{ bitrixId: number; name?: string }> {
  const email = given.trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/u.test(email)) throw wrongInput(`--email ${given}: is no e-mail address`);
  const { read } = await context.store();
  const workspace = await workspaceNamed(read, name);
  const looking = { read, portal: await context.portal(), workspace };
  const found = await findPerson({ kind: "email", email }, looking, new AbortController().signal);
  switch (found.kind) {
    case "found":
      return found;
    case "nobody":
      throw wrongInput(
        `--email ${email}: no one active person of the portal has exactly this address; see herald24 people search ${name}, and give --bitrix`,
      );
    case "several":
      throw wrongInput(
        `--email ${email}: is the address of ${found.people.map(described).join(" and ")}; give --bitrix`,
      );
    case "impossible":
      throw new CliError(
        3,
        `the portal does not let people be looked up by e-mail (${found.code}): the scope user_basic is needed, since without it a portal drops the filter and answers with everybody; or give --bitrix`,
      );
    case "later":
      throw new CliError(1, "the portal could not be asked just now; try again in a moment");
    default:
      return found satisfies never;
  }
}

/** Somebody who maps by number waits for no portal longer than this. */
const PATIENCE_MS = 10_000;

export interface LookedUp {
  /** Null: nobody can tell now. */
  readonly isInPortal: boolean | null;
  readonly name?: string;
  /** What the operator should know, where the number could not be confirmed. */
  readonly note?: string;
}

/** Whose number this is. Never a reason to refuse: a portal may be silent, and hides people from users of its extranet. */
export async function lookUpId(context: Context, workspace: Workspace, id: number): Promise<LookedUp> {
  const { name } = workspace;
  const unasked = (why: string): LookedUp => ({
    isInPortal: null,
    note: `not looked up in the portal: ${why}. Check the number later: herald24 people search ${name} <name>`,
  });
  if (workspace.suspended) return unasked(`${name} is suspended`);
  const found = await asked(context, workspace, id);
  switch (found.kind) {
    case "found":
      return { isInPortal: true, ...(found.name === undefined ? {} : { name: found.name }) };
    case "nobody":
    case "several":
      return {
        isInPortal: false,
        note: `the portal shows no active person with the id ${id}: check the number (herald24 people search ${name} <name>), or take the mapping back (herald24 people unmap ${name} --bitrix ${id})`,
      };
    case "impossible":
      return unasked(`it does not let people be looked up (${found.code})`);
    case "later":
      return unasked("it gives no answer just now");
    default:
      return found satisfies never;
  }
}

async function asked(context: Context, workspace: Workspace, id: number): Promise<FoundPerson> {
  const { read } = await context.store();
  const looking = { read, portal: await context.portal(), workspace };
  const signal = AbortSignal.timeout(PATIENCE_MS);
  try {
    return await findPerson({ kind: "id", id }, looking, signal);
  } catch (error) {
    if (signal.aborted) return { kind: "later", afterMs: 0 };
    throw error;
  }
}
