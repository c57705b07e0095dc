import { randomBytes } from "node:crypto";
import { randomToken } from "../app/hash.ts";
import { endpointOf } from "../app/install.ts";
import type { Workspace } from "../app/store/workspaces.ts";
import { WANTED_SCOPES } from "../core/scopes.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { when } from "./output.ts";

const HOUR_MS = 3_600_000;

/** Prints a code with which somebody may connect a portal from a chat. It is shown this once; the database holds its hash. */
export async function invite(context: Context): Promise<void> {
  await context.store();
  const code = randomBytes(16).toString("hex");
  const expiresAt = context.clock() + HOUR_MS;
  await context.change(async (tx, note) => {
    await tx.permits.forget(context.clock());
    await tx.permits.issue(code, { kind: "invitation" }, expiresAt);
    await note({ action: "workspace.invite", subject: `until ${when(expiresAt)}` });
  });
  context.out.print({ code, expiresAt }, [
    `Set-up code: ${code}`,
    `Good once, until ${when(expiresAt)}. Whoever has it can connect a portal and becomes its owner here:`,
    "in a private chat with the bot (Discord: the slash command /connect, anywhere)",
    `  /connect ${code} <address of the incoming webhook>`,
  ]);
}

/** What an operator needs to install the application and to let somebody consent. */
export interface Authorisation {
  readonly handler: string | null;
  readonly redirect: string | null;
  readonly scopes: readonly string[];
  readonly link: string;
  readonly expiresAt: number;
}

/** A fresh link to the portal's consent page; the state in it is good once and for an hour. */
export async function authorisationOf(context: Context, workspace: Workspace): Promise<Authorisation> {
  const { credentials } = workspace;
  if (credentials.kind !== "oauth")
    throw wrongInput(`${workspace.name} is reached by a webhook: there is nothing to authorise`);
  const { publicUrl } = context.config();
  const state = randomToken();
  const expiresAt = context.clock() + HOUR_MS;
  await context.change(async (tx, note) => {
    await tx.permits.forget(context.clock());
    await tx.permits.issue(state, { kind: "oauth-state", workspaceId: workspace.id }, expiresAt);
    await note({ action: "workspace.authorize", subject: workspace.name, workspaceId: workspace.id });
  });
  const link = new URL("../oauth/authorize/", endpointOf(credentials));
  link.search = new URLSearchParams({ client_id: credentials.clientId, state }).toString();
  return {
    handler: publicUrl === undefined ? null : `${publicUrl}/bitrix24/install`,
    redirect: publicUrl === undefined ? null : `${publicUrl}/bitrix24/oauth`,
    scopes: WANTED_SCOPES,
    link: link.href,
    expiresAt,
  };
}

export function authorisationLines({ handler, redirect, scopes, link, expiresAt }: Authorisation): readonly string[] {
  if (handler === null || redirect === null) {
    return [
      "Set PUBLIC_URL first: the portal must reach this service, and sends its tokens there. Then: herald24 workspace authorize <name>",
    ];
  }
  return [
    "In Bitrix24: Developer resources, Other, Local application, with",
    `  your handler path:           ${redirect}`,
    `  initial installation path:   ${handler}`,
    `  assign permissions:          ${scopes.join(", ")}`,
    "  uses API only:               ticked",
    "The service must be running while it is installed. If the portal stays “not installed”, open this link as the user in whose",
    `name notifications shall be sent (good once, until ${when(expiresAt)}):`,
    `  ${link}`,
  ];
}

export async function authorize(context: Context, name: string): Promise<void> {
  const workspace = await workspaceNamed((await context.store()).read, name);
  const authorisation = await authorisationOf(context, workspace);
  context.out.print({ workspace: name, ...authorisation }, authorisationLines(authorisation));
}
