import type { IncomingMessage, ServerResponse } from "node:http";
import { Refusal } from "./errors.ts";
import type { Fault } from "./faults.ts";

export interface Answer {
  readonly status: number;
  readonly body: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

const JSON_TYPE = { "content-type": "application/json" };

function succeeded(result: unknown): Answer {
  return { status: 200, body: JSON.stringify({ ok: true, result }), headers: JSON_TYPE };
}

export function refused({ code, message, parameters }: Refusal): Answer {
  const body = JSON.stringify({ ok: false, error_code: code, description: message, parameters });
  const retry = parameters?.retry_after;
  const headers = retry === undefined ? JSON_TYPE : { ...JSON_TYPE, "retry-after": String(retry) };
  return { status: code, body, headers };
}

/** Runs a call; bugs of the emulator show as the 500 they are. */
export async function settle(run: () => unknown): Promise<Answer> {
  try {
    return succeeded(await run());
  } catch (error) {
    if (error instanceof Refusal) return refused(error);
    return refused(new Refusal(500, `Internal Server Error: ${error instanceof Error ? error.message : error}`));
  }
}

export function scripted(fault: Extract<Fault, { kind: "reply" }>): Answer {
  const { status, body = "", headers = {} } = fault;
  if (typeof body === "string") return { status, body, headers };
  return { status, body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } };
}

export function send(response: ServerResponse, answer: Answer): void {
  if (response.destroyed) return;
  response.writeHead(answer.status, { ...answer.headers, "content-length": String(Buffer.byteLength(answer.body)) });
  response.end(answer.body);
}

/** The caller sees ECONNRESET, whatever happened before. */
export function reset(request: IncomingMessage): void {
  request.socket.resetAndDestroy();
}
