import type * as Pulumi from "@pulumi/pulumi";

/** One resource as a program registered it. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
  /** What the mocks returned, the inputs among it. */
  state: Record<string, unknown>;
  parent: string;
  dependsOn: string[];
  protect: boolean;
  deletedWith: string;
  deleteBeforeReplace: boolean;
  options: EngineOptions;
}

/** Options by which the engine decides what becomes of a resource that a stack has already; what is not set is empty. */
export interface EngineOptions {
  additionalSecretOutputs: string[];
  aliases: unknown[];
  ignoreChanges: string[];
  importId: string;
  /** Reference of an explicit provider: its URN and its id. */
  provider: string;
  replaceOnChanges: string[];
  replaceWith: string[];
  replacementTrigger: unknown;
  retainOnDelete: boolean;
}

/** What a program asked the engine for. */
export interface Recording {
  /** In the order in which they were registered. */
  registrations: Registration[];
  /** Outputs that components and the stack registered, by URN. */
  outputs: { urn: string; values: Record<string, unknown> }[];
}

/** How a program is run. */
export interface RecordingSetup {
  /** The SDK that the program imports: each checkout has its own. */
  sdk: typeof Pulumi;
  mocks: Pulumi.runtime.Mocks;
  project: string;
  stack: string;
  preview: boolean;
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
}
/** The parts of the requests that are read; the SDK does not export their types. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getObject(): Struct | undefined;
  getParent(): string;
  getDependenciesList(): string[];
  getProtect(): boolean;
  getDeletedwith(): string;
  getDeletebeforereplace(): boolean;
  getAdditionalsecretoutputsList(): string[];
  getAliasurnsList(): string[];
  getAliasesList(): { toObject(): unknown }[];
  getIgnorechangesList(): string[];
  getImportid(): string;
  getProvider(): string;
  getReplaceonchangesList(): string[];
  getReplaceWithList(): string[];
  getReplacementTrigger(): { toJavaScript(): unknown } | undefined;
  getRetainondelete(): boolean | undefined;
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Struct | undefined;
}
type Done = (error: unknown, response?: { getObject(): Struct | undefined }) => void;
interface Monitor {
  registerResource(request: RegisterRequest, done: Done): unknown;
  registerResourceOutputs(request: OutputsRequest, done: unknown): unknown;
}

/** Runs a program against mocks and returns what it registered; what it throws passes through. */
export async function recordRegistrations(
  run: () => unknown,
  { sdk, mocks, project, stack, preview }: RecordingSetup,
): Promise<Recording> {
  const recording: Recording = { registrations: [], outputs: [] };
  await sdk.runtime.setMocks(mocks, project, stack, preview, "organization");
  listen(sdk.runtime.getMonitor() as unknown as Monitor, recording);
  run();
  const { registrations } = recording;
  for (let last = -1; last !== registrations.length; ) {
    last = registrations.length;
    await sdk.runtime.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return recording;
}

function listen(monitor: Monitor, { registrations, outputs }: Recording): void {
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, done) => {
    const registration = registrationOf(request);
    registrations.push(registration);
    return register(request, (error, response) => {
      registration.state = response?.getObject()?.toJavaScript() ?? {};
      done(error, response);
    });
  };
  monitor.registerResourceOutputs = (request, done) => {
    outputs.push({ urn: request.getUrn(), values: request.getOutputs()?.toJavaScript() ?? {} });
    return registerOutputs(request, done);
  };
}

function registrationOf(request: RegisterRequest): Registration {
  return {
    type: request.getType(),
    name: request.getName(),
    inputs: request.getObject()?.toJavaScript() ?? {},
    state: {},
    parent: request.getParent(),
    dependsOn: request.getDependenciesList(),
    protect: request.getProtect(),
    deletedWith: request.getDeletedwith(),
    deleteBeforeReplace: request.getDeletebeforereplace(),
    options: {
      additionalSecretOutputs: request.getAdditionalsecretoutputsList(),
      // An SDK writes one list or the other, depending on what the engine takes.
      aliases: [
        ...request.getAliasurnsList().map((urn) => ({ urn })),
        ...request.getAliasesList().map((alias) => alias.toObject()),
      ],
      ignoreChanges: request.getIgnorechangesList(),
      importId: request.getImportid(),
      provider: request.getProvider(),
      replaceOnChanges: request.getReplaceonchangesList(),
      replaceWith: request.getReplaceWithList(),
      replacementTrigger: request.getReplacementTrigger()?.toJavaScript(),
      retainOnDelete: request.getRetainondelete() ?? false,
    },
  };
}
