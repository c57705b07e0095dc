import { AsyncLocalStorage } from "node:async_hooks";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { StoreError } from "../../../adapters/database/storeError.ts";
import { createTransactions } from "../../../adapters/database/transactions.ts";
import { temporaryFolder } from "../../support/store.ts";

const SCHEMA = `
  create table notes (id integer primary key, text text not null);
  create table answers (note integer references notes (id) deferrable initially deferred);
  insert into notes values (0, 'taken');`;

/** A real database with transactions on it, what it was told to do, and what another connection sees of it. */
function opened(patienceMs?: number) {
  const file = join(temporaryFolder(), "t.sqlite");
  const ran: string[] = [];
  const client = new Database(file, { verbose: (sql) => void ran.push(String(sql)) });
  client.pragma("journal_mode = WAL");
  client.pragma("foreign_keys = ON");
  client.exec(SCHEMA);
  const reader = new Database(file, { readonly: true });
  onTestFinished(() => {
    reader.close();
    client.close();
  });
  const { run, end } = createTransactions(client, file, { patienceMs, gatherMs: Number.POSITIVE_INFINITY });
  const write = client.prepare("insert into notes values (?, ?)");
  const seen = () => reader.prepare<[], number>("select id from notes where id > 0 order by id").pluck().all();
  const note = (id: number, text = "") => run(async () => void write.run(id, text));
  return { file, client, ran, run, end, write, note, seen };
}

test("who waits at the same moment shares a commit, in order, and hears of it only when all is durable", async () => {
  const { ran, run, write, seen } = opened();
  const told: number[] = [];
  const sawAtOnce: number[] = [];
  await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const id = await run(async () => {
        write.run(index + 1, "");
        await Promise.resolve();
        return index + 1;
      });
      told.push(id);
      sawAtOnce.push(Number(seen().includes(id)));
    }),
  );
  expect(told).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  expect(sawAtOnce.every((saw) => saw === 1)).toBe(true);
  const shared = ran.join("\n").split(/^commit$/mu);
  expect(shared.map((part) => part.split(/^savepoint work$/mu).length - 1)).toEqual([64, 64, 64, 8, 0]);
});

test("one that goes wrong is undone alone and is told its own error", async () => {
  const { run, note, write, seen } = opened();
  const broken = run(async () => {
    write.run(2, "");
    throw new Error("stop");
  });
  const refused = note(0);
  const all = await Promise.allSettled([note(1), broken, refused, note(3)]);
  expect(all.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "fulfilled"]);
  await expect(broken).rejects.toThrow("stop");
  await expect(refused).rejects.toMatchObject({ code: "SQLITE_CONSTRAINT_PRIMARYKEY" });
  expect(seen()).toEqual([1, 3]);
});

test("a commit that fails is told to all who shared it, and the next ones go on", async () => {
  const { client, run, note, seen } = opened();
  const dangling = run(async () => void client.exec("insert into answers values (99)"));
  const all = await Promise.allSettled([note(1), dangling, note(2)]);
  expect(all.map((each) => each.status === "rejected" && String(each.reason.code))).toEqual(
    Array.from({ length: 3 }, () => "SQLITE_CONSTRAINT_FOREIGNKEY"),
  );
  expect(seen()).toEqual([]);
  await note(3);
  expect(seen()).toEqual([3]);
});

test("what the engine undoes by itself in the middle is told to those before as well, not to those after", async () => {
  const { client, run, note, seen } = opened();
  const undo = async () => void client.exec("insert or rollback into notes values (0, '')");
  const all = await Promise.allSettled([
    note(1),
    run(undo),
    note(2),
    run(() => undo().catch(() => undefined)),
    note(3),
  ]);
  expect(all.map((each) => (each.status === "rejected" ? each.reason.code : "kept"))).toEqual([
    "full",
    "SQLITE_CONSTRAINT_PRIMARYKEY",
    "full",
    "full",
    "kept",
  ]);
  expect(seen()).toEqual([3]);
});

test("on a full disk whoever is told of success is kept, whoever is refused is not, and with space it goes on", async () => {
  const { client, note, seen } = opened();
  client.pragma(`max_page_count = ${Number(client.pragma("page_count", { simple: true })) + 2}`);
  const ids = [1, 2, 3, 4];
  const all = await Promise.allSettled(ids.map((id) => note(id, id === 3 ? "x".repeat(1_000_000) : "")));
  expect(all[2]).toMatchObject({ status: "rejected", reason: { code: "full" } });
  expect(seen()).toEqual(ids.filter((_, index) => all[index]?.status === "fulfilled"));
  client.pragma("max_page_count = 1000000");
  await note(5, "x".repeat(1_000_000));
  expect(seen()).toContain(5);
});

test("another process that writes for too long refuses all who have waited for it", async () => {
  const { file, note, seen } = opened(60);
  const other = new Database(file);
  other.exec("begin immediate");
  const all = await Promise.allSettled([note(1), note(2)]);
  expect(all).toMatchObject([{ reason: { code: "locked" } }, { reason: { code: "locked" } }]);
  other.exec("rollback");
  other.close();
  await note(3);
  expect(seen()).toEqual([3]);
});

test("one that takes long is committed before the next one begins", async () => {
  const { client, file, ran, write } = opened();
  const { run } = createTransactions(client, file, { gatherMs: 0 });
  await Promise.all([1, 2].map((id) => run(async () => void write.run(id, ""))));
  expect(ran.filter((sql) => /^(?:begin|commit)/u.test(sql))).toEqual([
    "begin immediate",
    "commit",
    "begin immediate",
    "commit",
  ]);
});

test("each runs in the context of who asked for it", async () => {
  const { run } = opened();
  const who = new AsyncLocalStorage<string>();
  const ask = (name: string) => who.run(name, () => run(async () => who.getStore()));
  expect(await Promise.all([ask("anna"), ask("bert"), ask("carl")])).toEqual(["anna", "bert", "carl"]);
});

test("ending waits for all who were there before, and takes no more", async () => {
  const { end, note, seen } = opened();
  const before = [note(1), note(2)];
  const seenAtEnd = Promise.withResolvers<number[]>();
  const ending = end(() => seenAtEnd.resolve(seen()));
  await expect(note(3)).rejects.toThrow("closed");
  await ending;
  expect(await seenAtEnd.promise).toEqual([1, 2]);
  await Promise.all(before);
});

test("whatever goes wrong among many, exactly what was told to be kept is there", async () => {
  const kinds = fc.constantFrom("keep", "keep", "keep", "later", "throw", "undo", "regardless", "dangle");
  const property = fc.asyncProperty(fc.array(kinds, { maxLength: 40 }), async (works) => {
    const { client, run, write, seen } = opened();
    const outcomes = await Promise.allSettled(
      works.map((kind, index) =>
        run(async () => {
          write.run(index + 1, kind);
          if (kind === "later") await new Promise((resolve) => setImmediate(resolve));
          if (kind === "throw") throw new StoreError("corrupt", "thrown on purpose");
          if (kind === "dangle") client.exec("insert into answers values (9999)");
          if (kind === "undo" || kind === "regardless") {
            const undo = async () => void client.exec("insert or rollback into notes values (0, '')");
            await (kind === "undo" ? undo() : undo().catch(() => undefined));
          }
        }),
      ),
    );
    const kept = outcomes.flatMap(({ status }, index) => (status === "fulfilled" ? [index + 1] : []));
    expect(seen()).toEqual(kept);
    const mayFail = works.some((kind) => kind !== "keep" && kind !== "later");
    if (!mayFail) expect(kept).toHaveLength(works.length);
  });
  await fc.assert(property, { numRuns: 60 });
});
