import type { PhpMap } from "./php.ts";

/** What goes wrong. `executed` says whether the call took effect before the answer was lost. */
export type FaultKind =
  | {
      readonly kind: "reply";
      readonly status: number;
      /** A map is sent as JSON, a string as HTML. */
      readonly body: PhpMap | string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly executed?: boolean;
    }
  | { readonly kind: "html"; readonly status?: number; readonly executed?: boolean }
  | { readonly kind: "hang"; readonly executed: boolean }
  | { readonly kind: "reset"; readonly executed: boolean }
  /** Executes, promises the whole body and sends half of it. */
  | { readonly kind: "truncate" }
  /** Executes, and sends the whole answer twice on one connection. */
  | { readonly kind: "twice" }
  | { readonly kind: "delay"; readonly ms: number };

export interface FaultTarget {
  /**
   * REST method in any case, or `oauth/token`; every request when absent. A fault for a method inside a batch strikes
   * that command: a JSON reply becomes its entry; the other kinds strike the whole answer, and unless they are
   * `executed`, the commands from this one on did not run.
   */
  readonly method?: string;
  /** How many matching calls are struck; 1 when absent. */
  readonly times?: number;
  /** How many matching calls pass before; 0 when absent. */
  readonly after?: number;
}

export type Fault = FaultTarget & FaultKind;
/** What is left of a fault when the answer is due. */
export type AnswerFault = Exclude<FaultKind, { kind: "delay" }>;

export interface FaultQueue {
  add(fault: Fault): void;
  clear(): void;
  /** How many announced strikes have not happened yet. */
  readonly pending: number;
}

export interface OpenFaultQueue extends FaultQueue {
  /** Commands inside a batch are struck only by faults that name their method. */
  take(method: string, isInner: boolean): FaultKind | undefined;
}

/** Ends a call early; what is thrown is how the answer will look. */
export class Interruption extends Error {
  readonly fault: AnswerFault;

  constructor(fault: AnswerFault) {
    super(fault.kind);
    this.name = "Interruption";
    this.fault = fault;
  }
}

/** One HTTP exchange: a fault that lets the call execute is kept here until its answer is written. */
export interface Exchange {
  answerFault: AnswerFault | undefined;
}

interface Waiting {
  readonly fault: Fault;
  times: number;
  after: number;
}

export function openFaultQueue(): OpenFaultQueue {
  let queue: Waiting[] = [];
  return {
    add: (fault) => void queue.push({ fault, times: fault.times ?? 1, after: fault.after ?? 0 }),
    clear: () => {
      queue = [];
    },
    get pending() {
      return queue.reduce((sum, waiting) => sum + waiting.times, 0);
    },
    take(method, isInner) {
      for (const waiting of queue) {
        if (!isAimedAt(waiting.fault, method, isInner)) continue;
        if (waiting.after > 0) {
          waiting.after -= 1;
          continue;
        }
        waiting.times -= 1;
        if (waiting.times <= 0) queue = queue.filter((other) => other !== waiting);
        return waiting.fault;
      }
      return undefined;
    },
  };
}

function isAimedAt(fault: Fault, method: string, isInner: boolean): boolean {
  return fault.method === undefined ? !isInner : fault.method.toLowerCase() === method.toLowerCase();
}

/**
 * Strikes a call that is about to run.
 *
 * @throws {Interruption} When the call must not run.
 */
export async function strike(
  fault: FaultKind | undefined,
  exchange: Exchange,
  sleep: (ms: number) => Promise<void>,
): Promise<void> {
  if (fault === undefined) return;
  if (fault.kind === "delay") return sleep(fault.ms);
  if (fault.kind === "truncate" || fault.kind === "twice" || fault.executed === true) exchange.answerFault = fault;
  else throw new Interruption(fault);
}
