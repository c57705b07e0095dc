import { readPayload } from "../../../adapters/discord/payload.ts";
import type { Alert } from "../../../src/core/alert.ts";
import { alertOf } from "../../../src/core/alertOf.ts";
import { setScene, until } from "./house.ts";

type Options = Parameters<typeof setScene>[0];

/** The bound channel is watched; `tell` says something there and resolves with the alert that comes of it. */
export async function watchedScene(options?: Options) {
  const scene = await setScene(options);
  const { discord, house, channel } = scene;
  house.watched.push(...house.bound);
  const alerts = (): readonly Alert[] =>
    house.entries.flatMap(({ payload }) => {
      const message = readPayload(payload);
      return message ? [alertOf(message)] : [];
    });
  const tell = async (...[said, by]: [Parameters<typeof discord.say>[2], (typeof scene)["anna"]?]): Promise<Alert> => {
    const before = house.entries.length;
    discord.say(channel, by ?? scene.boris, said);
    await until(() => house.entries.length > before);
    const alert = alerts().at(-1);
    if (!alert) throw new Error("nothing came in");
    return alert;
  };
  return { ...scene, alerts, tell };
}

export const webhook = { id: "77777777777777777", name: "Grafana" } as const;
