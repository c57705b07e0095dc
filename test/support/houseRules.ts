import { loadSecretKeys } from "../../adapters/database/keyFile.ts";
import { openStore } from "../../adapters/database/store.ts";
import type { Store } from "../../src/app/store/store.ts";
import { definition } from "./alerts.ts";
import type { House } from "./house.ts";

/** The house's own database, as a command of its operator opens it. */
async function withStore<T>({ env }: Pick<House, "env">, work: (store: Store) => Promise<T>): Promise<T> {
  const { keys } = loadSecretKeys({ value: undefined, dataDir: env.DATA_DIR ?? "", mayCreate: false });
  const databaseUrl = env.DATABASE_URL ?? "";
  const store = await openStore({ databaseUrl, secretKeys: keys, mayCreate: false, version: "0", clock: Date.now });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** A rule that forwards all that its source says to Anna (7), unless told otherwise. */
export async function addRule(
  house: Pick<House, "env">,
  change: Parameters<typeof definition>[0],
  { workspace = "main", name = "all" } = {},
): Promise<void> {
  await withStore(house, (store) =>
    store.tx(async (tx) => {
      const found = await tx.workspaces.byName(workspace);
      if (!found) throw new Error(`no workspace ${workspace}`);
      await tx.rules.add({ workspaceId: found.id, name, ...definition(change) }, Date.now());
    }),
  );
}
