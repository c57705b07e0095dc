import Database from "better-sqlite3";
import type { openGroup } from "../support/group.ts";
import type { Running } from "../support/house.ts";

export type Group = Awaited<ReturnType<typeof openGroup>>;

interface Scene {
  readonly house: Group;
  readonly service: Running;
  /** The database file. */
  readonly file: string;
}

/** Where the service is killed. */
interface Step {
  readonly name: string;
  /**
   * Made ready before anything is written; what comes back resolves when the step is reached, and is given what lets go again
   * after the kill.
   */
  arm(scene: Scene): Promise<Release>;
}

type Release = () => void;
const nothing: Release = () => undefined;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * The moment a line of the log arrives here: what it tells is durable, what follows it is under way. The log is written
 * synchronously, and the kill follows within a millisecond or so: the product itself knows nothing of being tested.
 */
const atLine = (words: string): Step => ({
  name: `line “${words}”`,
  arm: ({ service }) =>
    new Promise((resolve) => service.onLine((line) => line.includes(`"msg":"${words}"`) && resolve(nothing))),
});

/** The portal is held at one point of a request, so that the service waits there however long the kill takes. */
const atPortal = (name: string, fault: Parameters<Group["portal"]["faults"]["add"]>[0]): Step => ({
  name,
  arm: async ({ house: { portal } }) => {
    portal.faults.clear();
    portal.faults.add(fault);
    while (portal.faults.pending > 0) await pause(2);
    // As long as an emulated notification takes.
    await pause(40);
    return nothing;
  },
});

const atTelegram = (name: string, fault: Parameters<Group["telegram"]["faults"]["add"]>[0]): Step => ({
  name,
  arm: async ({ house: { telegram } }) => {
    telegram.faults.clear();
    telegram.faults.add(fault);
    while (telegram.faults.left > 0) await pause(2);
    return () => telegram.faults.clear();
  },
});

/** Another process holds the database's write lock: the service waits at the very beginning of its transaction. */
function lock(file: string): Release {
  // Ours waits for whatever the service writes at this moment.
  const client = new Database(file, { timeout: 30_000 });
  client.exec("begin immediate");
  return () => client.close();
}

/** Confirmed to nobody, stored nowhere. */
const beforeStored: Step = {
  name: "before an update is stored",
  arm: async ({ file }) => {
    const release = lock(file);
    await pause(150);
    return release;
  },
};

/** The portal has shown it and said so, and nothing is written of it. */
const beforeSettled: Step = {
  name: "answered, not settled",
  arm: async ({ house: { portal }, file }) => {
    portal.faults.clear();
    portal.faults.add({ kind: "delay", ms: 100 });
    const asked = await new Promise<Group["portal"]["requests"][number]>((resolve) => portal.onRequest(resolve));
    const release = lock(file);
    while (asked.status === undefined) await pause(2);
    await pause(20);
    return release;
  },
};

/** Every marked step of a notification's way, from the chat to the portal and back. */
export const STEPS: readonly Step[] = [
  beforeStored,
  atLine("stored"),
  atLine("command"),
  atLine("accepted"),
  atLine("dealt with"),
  atLine("claimed"),
  atPortal("asked, not executed", { kind: "hang", executed: false }),
  atPortal("executed, not answered", { kind: "hang", executed: true }),
  atPortal("half answered", { kind: "truncate" }),
  atLine("sent"),
  beforeSettled,
  atLine("attempt"),
  atTelegram("receipt asked, not shown", { kind: "hang", method: "setMessageReaction" }),
  atTelegram("receipt shown, not answered", { kind: "hang", method: "setMessageReaction", executed: true }),
  atTelegram("answer said, not answered", { kind: "hang", method: "sendMessage", executed: true }),
  atLine("receipt"),
];
