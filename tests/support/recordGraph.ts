import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

/** One resource as the program asked for it. */
export interface Registration {
  type: string;
  name: string;
  inputs: Record<string, unknown>;
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

/** The parts of a registration request that the tests read; the SDK does not export its type. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
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
interface Monitor {
  registerResource(request: RegisterRequest, done: unknown): unknown;
}

type Outputs = (args: pulumi.runtime.MockResourceArgs) => Record<string, unknown>;

const generated = (name: string) => `generated-${name}-${"x".repeat(32)}`;

function generatedPair(algorithm: unknown): { privateKey: string; publicKey: string } {
  const pair =
    algorithm === "ES256"
      ? generateKeyPairSync("ec", { namedCurve: "P-256" })
      : generateKeyPairSync("rsa", { modulusLength: 2048 });
  return {
    privateKey: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
  };
}

/** What each resource type answers; a type that is not here fails the test, so that no child slips in untested. */
const OUTPUTS: Record<string, Outputs> = {
  "docker:index/container:Container": () => ({}),
  "docker:index/network:Network": () => ({}),
  "docker:index/remoteImage:RemoteImage": ({ name }) => ({
    imageId: `sha256:${name}`,
    repoDigest: "",
  }),
  "docker:index/volume:Volume": () => ({}),
  "random:index/randomId:RandomId": () => ({ hex: "0123456789abcdef" }),
  "random:index/randomPassword:RandomPassword": ({ name }) => ({
    result: pulumi.secret(generated(name)),
  }),
  "command:local:Command": () => ({ stdout: "ready" }),
  "pulumi-nodejs:dynamic/clerkHasura:CloudEnvironment": () => ({}),
  "pulumi-nodejs:dynamic/clerkHasura:JwtTemplate": () => ({}),
  "pulumi-nodejs:dynamic/clerkHasura:KeyPair": ({ inputs }) => generatedPair(inputs.algorithm),
  "pulumi-nodejs:dynamic/clerkHasura:PinnedJwks": () => ({
    algorithm: "RS256",
    key: generatedPair("RS256").publicKey,
    kid: "ins_1",
  }),
  "pulumi-nodejs:dynamic/clerkHasura:Probe": () => ({ summary: "9 ok" }),
  "pulumi:providers:docker": () => ({}),
  "pulumi:providers:postgresql": () => ({}),
  "postgresql:index/role:Role": () => ({}),
  "postgresql:index/database:Database": () => ({}),
  "postgresql:index/extension:Extension": () => ({}),
  "postgresql:index/grant:Grant": () => ({}),
};

function mocks(problems: string[], preview: boolean): pulumi.runtime.Mocks {
  return {
    call: ({ token }) => {
      problems.push(`call ${token}`);
      return {};
    },
    newResource: (args) => {
      const outputs = OUTPUTS[args.type];
      if (args.custom && outputs === undefined) problems.push(`${args.type} (${args.name})`);
      const state = preview ? args.inputs : { ...args.inputs, ...outputs?.(args) };
      return { id: preview ? "" : `${args.name}-id`, state };
    },
  };
}

function optionsOf(request: RegisterRequest): EngineOptions {
  return {
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
  };
}

function listen(seen: Registration[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    seen.push({
      type: request.getType(),
      name: request.getName(),
      inputs: request.getObject()?.toJavaScript() ?? {},
      parent: request.getParent(),
      dependsOn: request.getDependenciesList(),
      protect: request.getProtect(),
      deletedWith: request.getDeletedwith(),
      deleteBeforeReplace: request.getDeletebeforereplace(),
      options: optionsOf(request),
    });
    return register(request, done);
  };
}

/**
 * Runs a program against mocks and answers what it registered, in order.
 * Rejects when a resource type is not known here, or when the program throws.
 */
export async function recordGraph(
  build: () => unknown,
  preview = false,
  project = "shop",
): Promise<Registration[]> {
  const seen: Registration[] = [];
  const problems: string[] = [];
  await pulumi.runtime.setMocks(mocks(problems, preview), project, "test", preview, "organization");
  listen(seen);
  build();
  for (let last = -1; last !== seen.length; ) {
    last = seen.length;
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  if (problems.length > 0) throw new Error(`not mocked: ${problems.join(", ")}`);
  return seen;
}

/** The value of an output; rejects where a plain `apply` would never run. */
export function resolvedValue<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const settled = pulumi.recover(output, (error: unknown) => {
      reject(error);
      return undefined as unknown as T;
    });
    settled.apply((value) => resolve(value as T));
  });
}

const SECRET = "4dabf18193072939515e22adb298388d";

/** True when a registered input is wrapped as a secret. */
export function isSecretInput(value: unknown): value is { value: unknown } {
  return typeof value === "object" && value !== null && SECRET in value;
}

/** The one registration of that name; fails when there is none. */
export function resource(graph: readonly Registration[], name: string): Registration {
  const found = graph.filter((it) => it.name === name);
  const [only] = found;
  if (only === undefined || found.length > 1) {
    const names = graph.map((it) => it.name).join(", ");
    throw new Error(`${found.length} resources are named ${name}; there are: ${names}`);
  }
  return only;
}
