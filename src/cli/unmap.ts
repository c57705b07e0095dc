import { cancelDeliveries } from "../app/cancel.ts";
import type { Person } from "../app/store/people.ts";
import type { Repositories } from "../app/store/store.ts";
import { wordsIn } from "../messages/catalogue.ts";
import type { Context } from "./context.ts";
import { wrongInput } from "./fault.ts";
import { workspaceNamed } from "./find.ts";
import { described } from "./personView.ts";
import { type AccountFlags, type AccountRef, accountText, bitrixId, readAccount } from "./place.ts";

interface Flags extends AccountFlags {
  readonly bitrix?: string;
}

/** Takes accounts from a person, and cancels what is queued for that person. */
export async function unmap(context: Context, name: string, flags: Flags): Promise<void> {
  const given = readAccount(flags);
  const id = flags.bitrix === undefined ? undefined : bitrixId("--bitrix", flags.bitrix);
  if (!given && id === undefined) throw wrongInput("whom? Give --telegram @name|ID, --discord name|ID, or --bitrix ID");
  const { person, cancelled } = await context.change(async (tx, note) => {
    const { id: workspaceId } = await workspaceNamed(tx, name);
    const found = given ? await byAccount(tx, workspaceId, given) : await byBitrixId(tx, workspaceId, id ?? 0);
    for (const { platform, account } of found.accounts) await tx.people.unmap(workspaceId, platform, account);
    const settled = { code: "UNMAPPED", wordsIn, now: context.clock() };
    const count = await cancelDeliveries(tx, { workspaceId, personId: found.person.id }, settled);
    const gone = found.accounts.map(({ platform, account }) => `${platform} ${accountText(account)}`).join(", ");
    await note({
      action: "people.unmap",
      subject: `${gone} = ${found.person.bitrixId}: ${count} cancelled`,
      workspaceId,
    });
    return { person: found.person, cancelled: count };
  });
  context.out.print({ workspace: name, bitrixId: person.bitrixId, cancelled }, [
    `Unmapped from ${described(person)}; ${cancelled} queued deliveries were cancelled.`,
  ]);
}

interface Found {
  readonly person: Person;
  readonly accounts: readonly AccountRef[];
}

async function byAccount({ people }: Repositories, workspaceId: number, given: AccountRef): Promise<Found> {
  const person = await people.byAccount(workspaceId, given.platform, given.account);
  if (!person)
    throw wrongInput(`${given.platform} ${accountText(given.account)} is not mapped; see herald24 people list`);
  return { person, accounts: [given] };
}

async function byBitrixId({ people }: Repositories, workspaceId: number, id: number): Promise<Found> {
  const person = (await people.list(workspaceId)).find((each) => each.bitrixId === id);
  if (!person) throw wrongInput(`Bitrix24 user ${id} is not mapped; see herald24 people list`);
  return { person, accounts: person.accounts.map(({ platform, ...account }) => ({ platform, account })) };
}
