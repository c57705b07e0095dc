import { createServer, type RequestListener } from "node:http";

export interface Listener {
  readonly port: number;
  /** Connections are refused until `resume`; open ones are torn. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

/** Listens on the loopback address; port 0 picks a free one, which stays the same over `pause` and `resume`. */
export async function listen(port: number, onRequest: RequestListener): Promise<Listener> {
  const server = createServer(onRequest);
  const open = (wanted: number) =>
    new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(wanted, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  await open(port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the portal has no TCP address");
  return {
    port: address.port,
    async pause() {
      if (!server.listening) return;
      const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
    async resume() {
      if (!server.listening) await open(address.port);
    },
  };
}
