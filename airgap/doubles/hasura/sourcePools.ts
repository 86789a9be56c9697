import type { Pool } from "pg";
import { openPool } from "./database";
import { EngineError } from "./engineError";
import type { ProcessEnvironment } from "./environmentReader";
import { isJsonObject, type Json, type JsonObject } from "./json";

const DEFAULT_MAX_CONNECTIONS = 50;

/** The pools of the sources, one for each address; closed when no source needs them any more. */
export class SourcePools {
  private readonly pools = new Map<string, Pool>();

  private readonly env: ProcessEnvironment;

  constructor(env: ProcessEnvironment) {
    this.env = env;
  }

  open(configuration: JsonObject): Pool {
    const info = isJsonObject(configuration.connection_info) ? configuration.connection_info : {};
    const url = this.address(info.database_url);
    const settings = isJsonObject(info.pool_settings) ? info.pool_settings : {};
    const maximum =
      typeof settings.max_connections === "number"
        ? settings.max_connections
        : DEFAULT_MAX_CONNECTIONS;
    const pool = this.pools.get(url) ?? openPool(url, maximum);
    this.pools.set(url, pool);
    return pool;
  }

  private address(value: Json | undefined): string {
    if (typeof value === "string") return value;
    const name = isJsonObject(value) ? String(value.from_env) : "";
    const url = this.env[name];
    if (url !== undefined) return url;
    throw new EngineError("not-found", `environment variable '${name}' not set`);
  }

  /** Ends every pool that is not among those still in use. */
  async keepOnly(used: Pool[]): Promise<void> {
    for (const [url, pool] of this.pools) {
      if (used.includes(pool)) continue;
      this.pools.delete(url);
      await pool.end().catch(() => undefined);
    }
  }
}
