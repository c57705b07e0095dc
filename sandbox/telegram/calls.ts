/** One API call as it came in. Never holds the token. */
export interface Call {
  readonly method: string;
  readonly payload: Readonly<Record<string, unknown>>;
  /** Names of uploaded parts. */
  readonly uploads: readonly string[];
  /** Epoch ms by the emulator's clock. */
  readonly at: number;
  /** HTTP status of the answer; 0 when it was lost or the caller hung up; undefined while the call is open. */
  status: number | undefined;
  /** Why it was refused. */
  description: string | undefined;
}

export function describeCalls(calls: readonly Call[]): string {
  const tail = calls.slice(-8).map(({ method, status, description }) => {
    return `${method} -> ${status ?? "open"}${description ? ` (${description})` : ""}`;
  });
  return tail.length === 0 ? "no call was made" : `last calls: ${tail.join(", ")}`;
}
