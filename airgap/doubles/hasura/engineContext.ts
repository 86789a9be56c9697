import type { Authenticator } from "./authenticate";
import type { EngineConfig } from "./environment";
import type { Logger } from "./logger";
import type { MetadataEngine } from "./metadataEngine";
import type { MetadataStore } from "./metadataStore";

export const VERSION = "v2-double";

/** What every endpoint works with. */
export type EngineContext = {
  config: EngineConfig;
  authenticator: Authenticator;
  metadata: MetadataEngine;
  store: MetadataStore;
  log: Logger;
};
