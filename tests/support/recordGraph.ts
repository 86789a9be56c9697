import { generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import type { ClerkHasuraArgs } from "../../infra";
import { ResourceType } from "../../infra/docker/resourceTypes";
import {
  type Recording,
  type Registration,
  recordRegistrations,
} from "../../report/read/recordRegistrations";

export type { Registration } from "../../report/read/recordRegistrations";

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

/** What each type of resource returns; one that is not here fails the test, so that no child slips in untested. */
const OUTPUTS: Record<string, Outputs> = {
  [ResourceType.Container]: () => ({}),
  [ResourceType.Network]: () => ({}),
  [ResourceType.RemoteImage]: ({ name }) => ({
    imageId: `sha256:${name}`,
    repoDigest: "",
  }),
  [ResourceType.Volume]: () => ({}),
  [ResourceType.RandomId]: () => ({ hex: "0123456789abcdef" }),
  [ResourceType.RandomPassword]: ({ name }) => ({
    result: pulumi.secret(generated(name)),
  }),
  [ResourceType.Command]: () => ({ stdout: "ready" }),
  [ResourceType.CloudEnvironment]: () => ({}),
  [ResourceType.JwtTemplate]: () => ({}),
  [ResourceType.KeyPair]: ({ inputs }) => generatedPair(inputs.algorithm),
  [ResourceType.PinnedJwks]: () => ({
    algorithm: "RS256",
    key: generatedPair("RS256").publicKey,
    kid: "ins_1",
  }),
  [ResourceType.Probe]: () => ({ summary: "9 ok" }),
  [ResourceType.HasuraSchema]: () => ({ applied: {} }),
  "pulumi:providers:docker": () => ({}),
  [ResourceType.PostgresProvider]: () => ({}),
  [ResourceType.Role]: () => ({}),
  [ResourceType.Database]: () => ({}),
  [ResourceType.Extension]: () => ({}),
  [ResourceType.Grant]: () => ({}),
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

/** Runs a program against mocks; rejects where a type is not known here, or where the program throws. */
export async function recordRun(
  run: () => unknown,
  preview = false,
  project = "shop",
): Promise<Recording> {
  const problems: string[] = [];
  const setup = { sdk: pulumi, mocks: mocks(problems, preview), project, stack: "test", preview };
  const recording = await recordRegistrations(run, setup);
  if (problems.length > 0) throw new Error(`not mocked: ${problems.join(", ")}`);
  return recording;
}

/** What such a run registered, in order. */
export async function recordGraph(
  run: () => unknown,
  preview = false,
  project = "shop",
): Promise<Registration[]> {
  return (await recordRun(run, preview, project)).registrations;
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

/** Arguments with what every production stack has to say: that no website calls it, unless they say otherwise. */
export function production(args: ClerkHasuraArgs): ClerkHasuraArgs {
  return { ...args, hasura: { corsDomains: [], ...args.hasura } };
}
