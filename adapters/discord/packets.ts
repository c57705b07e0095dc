const fill = (packet: object, defaults: Readonly<Record<string, unknown>>): void => {
  for (const [name, value] of Object.entries(defaults))
    if (Reflect.get(packet, name) == null) Reflect.set(packet, name, value);
};

/**
 * discord.js reads these without a look and throws where they are missing, which would end the service. Discord itself always sends
 * them; a proxy, or a server in Discord's place, may not. Changes the packet, before discord.js reads it.
 */
export function complete({ t, d }: { readonly t?: unknown; readonly d?: unknown }): void {
  if (typeof d !== "object" || d === null) return;
  if (t === "MESSAGE_CREATE") fill(d, { type: 0 });
  if (t !== "INTERACTION_CREATE") return;
  const channelId: unknown = Reflect.get(d, "channel_id");
  fill(d, { entitlements: [], authorizing_integration_owners: {}, locale: "en-US" });
  if (typeof channelId === "string") fill(d, { channel: { id: channelId, type: 0 } });
}
