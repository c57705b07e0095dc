import { findPerson } from "../app/findPerson.ts";
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
