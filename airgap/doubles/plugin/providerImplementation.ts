import type { PropertyMap } from "./propertyValue";

/** One property the engine is to report as invalid. */
export interface CheckFailure {
  property: string;
  reason: string;
}

/** The inputs as they are to be stored, or what is wrong with them. */
export interface CheckResult {
  inputs: PropertyMap;
  failures: CheckFailure[];
}

/** How one property differs; the `Replace` kinds ask the engine to replace the resource. */
export type DiffKind =
  | "add"
  | "addReplace"
  | "delete"
  | "deleteReplace"
  | "update"
  | "updateReplace";

/** What differs, by property path. An empty map means no change. */
export interface DiffResult {
  changes: Map<string, DiffKind>;
  deleteBeforeReplace: boolean;
}

/** Which resource a call is about. */
export interface ResourceAddress {
  urn: string;
  type: string;
  name: string;
}

/** The state of a resource as the engine stores it. */
export interface ResourceState {
  id: string;
  outputs: PropertyMap;
  /** Only for `read`: the inputs that would produce this state. */
  inputs?: PropertyMap;
}

/** A failure after which the engine keeps the given state: of an update that failed half way, or is taken for one. */
export class InitializationFailed extends Error {
  readonly state: ResourceState;

  constructor(reason: string, state: ResourceState) {
    super(reason);
    this.state = state;
  }
}

/** A resource plugin, as far as the doubles need one; whatever is missing answers UNIMPLEMENTED. */
export interface ProviderImplementation {
  name: string;
  version: string;
  checkConfig(news: PropertyMap): CheckResult;
  diffConfig(olds: PropertyMap, news: PropertyMap): DiffResult;
  configure(config: PropertyMap): void;
  check(at: ResourceAddress, olds: PropertyMap, news: PropertyMap): CheckResult;
  diff(
    at: ResourceAddress,
    olds: PropertyMap,
    oldInputs: PropertyMap,
    news: PropertyMap,
  ): DiffResult;
  create(at: ResourceAddress, inputs: PropertyMap, preview: boolean): Promise<ResourceState>;
  /** `undefined` when the resource no longer exists. */
  read(
    at: ResourceAddress,
    id: string,
    outputs: PropertyMap,
    inputs: PropertyMap,
  ): Promise<ResourceState | undefined>;
  update(
    at: ResourceAddress,
    id: string,
    olds: PropertyMap,
    news: PropertyMap,
    preview: boolean,
  ): Promise<PropertyMap>;
  delete(at: ResourceAddress, id: string, outputs: PropertyMap): Promise<void>;
  cancel(): void;
}
