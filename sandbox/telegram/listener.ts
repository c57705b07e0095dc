import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An HTTP server that can go away and come back on the same port. */
export interface Listener {
  readonly url: string;
  /** Stops listening and breaks all connections. */
  pause(): Promise<void>;
  resume(): Promise<void>;
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      const address: AddressInfo | string | null = server.address();
      if (address === null || typeof address === "string") reject(new Error("the sandbox got no port"));
      else resolve(address.port);
    });
  });
}

export async function openListener(handle: RequestListener, wantedPort: number): Promise<Listener> {
  const server = createServer(handle);
  const port = await listen(server, wantedPort);
  return {
    url: `http://127.0.0.1:${port}`,
    pause() {
      if (!server.listening) return Promise.resolve();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
    async resume() {
      if (!server.listening) await listen(server, port);
    },
  };
}
