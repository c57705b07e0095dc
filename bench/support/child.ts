import { fork } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { z } from "zod";

const reply = z.object({ id: z.number(), value: z.unknown().optional() });

export interface Child {
  readonly pid: number;
  /** @throws {Error} When the process ends before it has answered. */
  ask(asked: unknown): Promise<unknown>;
  /** Resolves when it is gone. */
  close(): Promise<void>;
}

/** A process that answers questions, and ends with this one however this one ends. */
export function startChild(file: URL): Child {
  const child = fork(file, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  child.on("message", (message) => {
    const { id, value } = reply.parse(message);
    waiting.get(id)?.resolve(value);
    waiting.delete(id);
  });
  child.once("exit", (code) => {
    for (const { reject } of waiting.values()) reject(new Error(`${basename(file.pathname)} ended with ${code}`));
  });
  let last = 0;
  return {
    pid: child.pid ?? 0,
    ask(asked) {
      last += 1;
      const waiter = Promise.withResolvers<unknown>();
      waiting.set(last, waiter);
      child.send({ id: last, asked });
      return waiter.promise;
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, "exit");
      child.disconnect();
      await gone;
    },
  };
}
