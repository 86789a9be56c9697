import { EngineError } from "./engineError";
import type { EngineConfig } from "./environment";
import type { ProcessEnvironment } from "./environmentReader";
import { formatMetadata } from "./formatMetadata";
import { GraphqlExecutor } from "./graphqlExecutor";
import type { LiveTable } from "./liveTable";
import {
  type Metadata,
  parseMetadata,
  type RelationshipMetadata,
  type TableMetadata,
} from "./metadataDocument";
import { type MetadataStore, staleVersion } from "./metadataStore";
import { buildSchemaCache, type InconsistentObject, type SchemaCache } from "./schemaCache";
import { SourcePools } from "./sourcePools";

/** What one metadata request works on; nothing is stored before it has ended well. */
export type Draft = {
  metadata: Metadata;
  cache: SchemaCache;
  resourceVersion: number;
  changed: boolean;
};

/** Holds the metadata, its schema cache and the executor, in step with the stored version. */
export class MetadataEngine {
  private readonly sourcePools: SourcePools;
  private current: { metadata: Metadata; cache: SchemaCache; resourceVersion: number };
  private queue: Promise<unknown> = Promise.resolve();
  executor: GraphqlExecutor;

  private readonly config: EngineConfig;
  readonly store: MetadataStore;

  constructor(config: EngineConfig, store: MetadataStore, env: ProcessEnvironment) {
    this.config = config;
    this.store = store;
    this.sourcePools = new SourcePools(env);
    const cache: SchemaCache = { pools: new Map(), tables: [], inconsistencies: [] };
    this.current = { metadata: { sources: [] }, cache, resourceVersion: 0 };
    this.executor = new GraphqlExecutor(cache, config.stringifyNumericTypes);
  }

  get cache(): SchemaCache {
    return this.current.cache;
  }

  isConsistent(): boolean {
    return this.current.cache.inconsistencies.length === 0;
  }

  /** Reads the stored metadata anew when another engine, or nobody yet, has brought it up to date. */
  async synchronise(): Promise<void> {
    if ((await this.store.version()) === this.current.resourceVersion) return;
    await this.exclusively(() => this.reload());
  }

  async reload(): Promise<void> {
    const { resourceVersion, metadata } = await this.store.read();
    const parsed = parseMetadata(metadata);
    await this.adopt(parsed, await this.build(parsed), resourceVersion);
  }

  build(metadata: Metadata): Promise<SchemaCache> {
    return buildSchemaCache(metadata, this.sourcePools);
  }

  private async adopt(metadata: Metadata, cache: SchemaCache, version: number): Promise<void> {
    this.current = { metadata, cache, resourceVersion: version };
    this.executor = new GraphqlExecutor(cache, this.config.stringifyNumericTypes);
    await this.sourcePools.keepOnly([...cache.pools.values()]);
  }

  /** Runs a request on a draft and stores what it changed. Requests wait for one another. */
  change<T>(referenced: number | undefined, work: (draft: Draft) => Promise<T>): Promise<T> {
    return this.exclusively(async () => {
      const { resourceVersion } = this.current;
      const draft: Draft = { ...this.current, changed: false };
      const result = await work(draft);
      if (draft.changed) {
        // Only now: a command that fails by itself says so, whatever version it refers to.
        if (referenced !== undefined && referenced !== (await this.store.version())) {
          throw staleVersion(referenced);
        }
        const version = await this.store.write(formatMetadata(draft.metadata), resourceVersion);
        await this.adopt(draft.metadata, draft.cache, version);
      }
      return result;
    });
  }

  private exclusively<T>(work: () => Promise<T>): Promise<T> {
    const result = this.queue.then(work);
    this.queue = result.catch(() => undefined);
    return result;
  }

  async stop(): Promise<void> {
    await this.sourcePools.keepOnly([]);
  }
}

/** Objects that are inconsistent now and were not before. */
export function newlyInconsistent(before: SchemaCache, after: SchemaCache): InconsistentObject[] {
  const known = new Set(before.inconsistencies.map(({ name, reason }) => `${name}\n${reason}`));
  return after.inconsistencies.filter(({ name, reason }) => !known.has(`${name}\n${reason}`));
}

/** The metadata without everything inconsistent: what the schema is made of. */
export function soundPart(metadata: Metadata, cache: SchemaCache): Metadata {
  const sources = metadata.sources.filter(({ name }) => cache.pools.has(name));
  return {
    sources: sources.map((source) => {
      const tables = cache.tables.filter((table) => table.source === source.name);
      return { ...source, tables: tables.map(soundTable) };
    }),
  };
}

function soundTable({ metadata, relationships }: LiveTable): TableMetadata {
  const isSound = ({ name }: RelationshipMetadata) => relationships.some((it) => it.name === name);
  const { object, array } = metadata.relationships;
  const sound = { object: object.filter(isSound), array: array.filter(isSound) };
  return { ...metadata, relationships: sound };
}

export function inconsistencyError(found: InconsistentObject[]): EngineError {
  const [first] = found;
  const message = first?.reason ?? "inconsistent metadata";
  return new EngineError("invalid-configuration", message, 400, "$.args", found);
}
