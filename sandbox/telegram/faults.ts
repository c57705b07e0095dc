/** What goes wrong with the next matching calls. Nothing is executed unless it says so. */
export type Fault = {
  /** Method name; `file` for downloads, `*` for anything. */
  readonly method: string;
  /** Default 1. */
  readonly times?: number;
  /** Only calls that name this chat. */
  readonly chatId?: number;
} & (
  | {
      readonly kind: "reply";
      readonly status: number;
      readonly body?: string | object;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** The connection is reset; with `executed` the call took effect and only its answer is lost. */
  | { readonly kind: "reset"; readonly executed?: boolean }
  /** No answer until the caller gives up. */
  | { readonly kind: "hang"; readonly executed?: boolean }
  | { readonly kind: "429"; readonly retryAfter: number }
  /** Downloads: the full length is announced, the connection ends after `afterBytes`. */
  | { readonly kind: "cut"; readonly afterBytes: number }
);

export interface Faults {
  add(fault: Fault): void;
  clear(): void;
  /** How many faults have not struck yet. */
  readonly left: number;
}

export interface FaultQueue extends Faults {
  take(method: string, chatId?: string): Fault | undefined;
}

export function openFaults(): FaultQueue {
  let waiting: { readonly fault: Fault; left: number }[] = [];
  return {
    add(fault) {
      waiting.push({ fault, left: fault.times ?? 1 });
    },
    clear() {
      waiting = [];
    },
    get left() {
      return waiting.reduce((sum, entry) => sum + entry.left, 0);
    },
    take(method, chatId) {
      const name = method.toLowerCase();
      const hit = waiting.find(
        ({ fault }) =>
          (fault.method === "*" || fault.method.toLowerCase() === name) &&
          (fault.chatId === undefined || String(fault.chatId) === chatId),
      );
      if (!hit) return undefined;
      hit.left -= 1;
      if (hit.left <= 0) waiting = waiting.filter((entry) => entry !== hit);
      return hit.fault;
    },
  };
}
