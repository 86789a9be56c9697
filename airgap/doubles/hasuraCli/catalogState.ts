import { isJsonObject, type JsonObject } from "../hasura/json";
import type { EngineClient } from "./engineClient";

const COPIED =
  "SELECT COUNT(1) FROM information_schema.tables WHERE table_name = 'schema_migrations' AND table_schema = 'hdb_catalog' LIMIT 1";

/** What the CLI remembers in the engine: read and written whole, without a lock, so that updates can be lost. */
export class CatalogState {
  private readonly engine: EngineClient;

  constructor(engine: EngineClient) {
    this.engine = engine;
  }

  private async read(): Promise<JsonObject> {
    const answer = await this.engine.metadata("get_catalog_state", {});
    const state = isJsonObject(answer) ? answer.cli_state : undefined;
    return isJsonObject(state) ? state : {};
  }

  private async write(state: JsonObject): Promise<void> {
    await this.engine.metadata("set_catalog_state", { type: "cli", state });
  }

  /** The requests before anything of a source is read; they write the state even where nothing changes. */
  async open(source: string): Promise<void> {
    const state = await this.read();
    const settings = isJsonObject(state.settings) ? state.settings : {};
    await this.write({
      ...state,
      settings: { ...settings, migration_mode: "true" },
      isStateCopyCompleted: state.isStateCopyCompleted === true,
    });
    await this.read();
    const now = await this.read();
    if (now.isStateCopyCompleted === true) return;
    await this.engine.query("run_sql", { sql: COPIED, source });
    await this.write({ ...now, isStateCopyCompleted: true });
  }

  /** Versions that are recorded for a source. */
  async applied(source: string): Promise<Set<string>> {
    const { migrations } = await this.read();
    const recorded = isJsonObject(migrations) ? migrations[source] : undefined;
    return new Set(isJsonObject(recorded) ? Object.keys(recorded) : []);
  }

  async record(source: string, version: string): Promise<void> {
    const state = await this.read();
    const migrations = isJsonObject(state.migrations) ? state.migrations : {};
    const recorded = isJsonObject(migrations[source]) ? migrations[source] : {};
    const versions = { ...recorded, [version]: false };
    await this.write({ ...state, migrations: { ...migrations, [source]: versions } });
  }
}
