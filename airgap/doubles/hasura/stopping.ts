import type { Server } from "node:http";
import { Server as NetServer } from "node:net";
import type { WebsocketEndpoint } from "./websocketServer";

/** How long requests, idle connections and sockets may stay; GRACEFUL_SHUTDOWN_TIMEOUT does not bound it. */
const CONNECTIONS_MS = 30_000;
/** The engine's own threads look at the end once in this time. */
const ROUND_MS = 10_000;

/**
 * Ends a server as the engine does on SIGTERM: the listening socket closes at once, connections may
 * stay for 30 s, and the end comes a full round of 10 s after the signal. A quick stop closes
 * what is idle at once and waits for requests alone.
 */
export async function endServer(
  server: Server,
  sockets: WebsocketEndpoint,
  quick: boolean,
): Promise<void> {
  const begun = Date.now();
  // Not http's own close, which ends idle connections as well.
  const closed = new Promise<void>((resolve) => {
    NetServer.prototype.close.call(server, () => resolve());
  });
  if (quick) {
    sockets.close();
    server.closeIdleConnections();
  }
  const force = setTimeout(() => {
    sockets.close();
    server.closeAllConnections();
  }, CONNECTIONS_MS);
  await closed;
  clearTimeout(force);
  const inRound = (Date.now() - begun) % ROUND_MS;
  if (!quick) await new Promise((resolve) => setTimeout(resolve, ROUND_MS - inRound));
}
