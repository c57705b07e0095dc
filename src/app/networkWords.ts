import { networkFault } from "../core/network.ts";
import type { Words } from "./ports.ts";

/** What keeps `host` from being reached, and the one thing that mends it. */
export function networkWords(
  { say }: Pick<Words, "say">,
  { host, reason }: { host: string; reason: string },
): { readonly detail: string; readonly fix: string } {
  const fault = networkFault(reason);
  return { detail: say(`network-${fault}`, { host, reason }), fix: say(`network-${fault}-fix`, { host }) };
}
