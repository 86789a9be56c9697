import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { Authenticator } from "./authenticate";
import { caCertificates } from "./caCertificates";
import { connectionFailure, openPool } from "./database";
import { type EngineContext, VERSION } from "./engineContext";
import { StartupError } from "./engineError";
import { type EngineConfig, parseEnvironment } from "./environment";
import type { ProcessEnvironment } from "./environmentReader";
import { createHttpServer } from "./httpServer";
import { fetchJwks, JwksCache, type JwksLog } from "./jwksClient";
import { createLogger, type Logger } from "./logger";
import { MetadataEngine } from "./metadataEngine";
import { MetadataStore } from "./metadataStore";
import { endServer } from "./stopping";
import type { VerificationKey } from "./verificationKey";
import { attachWebsockets } from "./websocketServer";

const METADATA_CONNECTIONS = 5;
const CONNECT_ATTEMPTS = 2;
const CONNECT_PAUSE_MS = 100;

export type Engine = {
  port: number;
  /** Ends as on SIGTERM. */
  stop(): Promise<void>;
};

type Keys = { current: () => VerificationKey[]; start(): void; stop(): void };

/** Starts the double on its environment. @throws StartupError with the engine's text. */
export async function startEngine(
  env: ProcessEnvironment,
  write?: (line: string) => void,
): Promise<Engine> {
  const config = parseEnvironment(env);
  const log = createLogger(config, write);
  const keys = await prepareKeys(config, log);
  const pool = openPool(config.metadataDatabaseUrl, METADATA_CONNECTIONS);
  const store = new MetadataStore(pool, config.extensionsSchema);
  const metadata = new MetadataEngine(config, store, env);
  try {
    await prepareStore(store, config.metadataDatabaseUrl);
    await metadata.reload();
    keys.start();
    const authenticator = new Authenticator(config, keys.current);
    const context: EngineContext = { config, authenticator, metadata, store, log };
    return await listen(context, async () => {
      keys.stop();
      await metadata.stop();
      await pool.end();
    });
  } catch (error) {
    keys.stop();
    await metadata.stop();
    await pool.end();
    throw error;
  }
}

/** The first fetch is only checked and thrown away; the cache then fetches for itself. */
async function prepareKeys(config: EngineConfig, log: Logger): Promise<Keys> {
  const source = config.jwt?.source;
  if (source === undefined) return fixedKeys([]);
  if ("keys" in source) return fixedKeys(source.keys);
  const ca = caCertificates(config.certificateDirectory);
  const logJwks: JwksLog = (level, detail) => log("jwk-refresh-log", level, detail);
  try {
    await fetchJwks(source.jwkUrl, ca, logJwks);
  } catch (error) {
    throw new StartupError(error instanceof Error ? error.message : "Error fetching JWK");
  }
  const clock = {
    now: Date.now,
    untilNextLook: () => delay(config.jwksLookInterval, undefined, { ref: false }),
  };
  const cache = new JwksCache(source.jwkUrl, ca, clock, logJwks);
  return { current: () => cache.keys, start: () => void cache.run(), stop: () => cache.stop() };
}

function fixedKeys(keys: VerificationKey[]): Keys {
  return { current: () => keys, start: () => undefined, stop: () => undefined };
}

/** @throws StartupError with the line the engine prints. */
async function prepareStore(store: MetadataStore, url: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.prepare();
    } catch (error) {
      if (error instanceof StartupError) throw error;
      if (attempt === CONNECT_ATTEMPTS) {
        const failure = { error: "connection error", path: "$", code: "postgres-error" };
        const internal = connectionFailure(error, url);
        throw new StartupError(JSON.stringify({ ...failure, internal }));
      }
      await new Promise((resolve) => setTimeout(resolve, CONNECT_PAUSE_MS));
    }
  }
}

async function listen(context: EngineContext, release: () => Promise<void>): Promise<Engine> {
  const { config, log, metadata } = context;
  const server = createHttpServer(context);
  const sockets = attachWebsockets(server, context);
  const port = await bind(server, config);
  const interval = config.schemaSyncPollInterval;
  const sync =
    interval === 0
      ? undefined
      : setInterval(() => void metadata.synchronise().catch(() => undefined), interval);
  log("startup", "info", {
    kind: "server",
    info: { message: "Starting API server", double: "clerk-hasura", version: VERSION, port },
  });
  return {
    port,
    stop: async () => {
      clearInterval(sync);
      await endServer(server, sockets, config.quickStop);
      await release();
    },
  };
}

function bind(server: Server, config: EngineConfig): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => reject(new StartupError(error.message)));
    server.listen(config.port, config.host, () => {
      resolve((server.address() as AddressInfo).port);
    });
  });
}
