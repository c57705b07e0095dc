import { onTestFinished } from "vitest";
import { createPortal } from "../../adapters/bitrix24/portal.ts";
import type { PortalOptions } from "../../sandbox/bitrix24/options.ts";
import { type Portal, startPortal } from "../../sandbox/bitrix24/portal.ts";
import type { Portal as PortalClient } from "../../src/app/ports.ts";

const SILENT = { debug() {}, info() {}, warn() {}, error() {} };

/** An emulated portal without limits, and what the service reaches portals by; both end with the test. */
export async function openTestPortal(options: PortalOptions = {}): Promise<{ portal: Portal; client: PortalClient }> {
  const portal = await startPortal({ limits: "off", ...options });
  onTestFinished(() => portal.close());
  const client = createPortal({
    version: "0.0.0-test",
    privateHosts: [portal.host],
    saveTokens: async () => undefined,
    clock: Date.now,
    log: SILENT,
  });
  onTestFinished(() => client.close());
  return { portal, client };
}
