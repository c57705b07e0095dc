import type { FaultKind } from "../../sandbox/bitrix24/faults.ts";

export const json = (status: number, body: object, executed = false): FaultKind => ({
  kind: "reply",
  status,
  body: body as never,
  executed,
});
export const failing = (status: number, error: string): FaultKind => json(status, { error, error_description: "" });
export const text = (status: number, body: string, executed = false): FaultKind => ({
  kind: "reply",
  status,
  body,
  executed,
});
