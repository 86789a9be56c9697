import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { type GraphResource, maskedGraph } from "../../report/read/graphDiff";
import { SECRET, STACK_TYPE } from "../../report/read/preview";
import type { StackSettings } from "./stackSettings";

/** What is read of a registration request; the SDK does not export its type. */
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getObject(): { toJavaScript(): Record<string, unknown> } | undefined;
  getParent(): string;
  getProtect(): boolean;
}
interface Monitor {
  registerResource(request: RegisterRequest, done: unknown): unknown;
}
type Sdk = typeof Pulumi;

const PAIR = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const escapedPair = [PAIR.publicKey, PAIR.privateKey].map((pem) =>
  JSON.stringify(pem).slice(1, -1),
);

/** Outputs that the program goes on with, the same in each run but for the key pair. */
function mocksOf(pulumi: Sdk): Pulumi.runtime.Mocks {
  const outputs = (name: string, inputs: Record<string, unknown>) => ({
    algorithm: "RS256",
    hex: "0".repeat(16),
    // Of another image, so that its containers are seen to be replaced.
    imageId: inputs.name ?? name,
    key: PAIR.publicKey,
    kid: "ins_1",
    privateKey: pulumi.secret(PAIR.privateKey),
    publicKey: PAIR.publicKey,
    repoDigest: "",
    result: pulumi.secret(`generated-${name}-`.padEnd(64, "x")),
    stdout: "",
    summary: "",
  });
  return {
    call: () => ({}),
    newResource: ({ name, inputs }) => ({
      id: `${name}-id`,
      state: { ...outputs(name, inputs), ...inputs },
    }),
  };
}

function listen(pulumi: Sdk, seen: GraphResource[]): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    seen.push({
      type: request.getType(),
      name: request.getName(),
      parent: request.getParent(),
      inputs: request.getObject()?.toJavaScript() ?? {},
      protect: request.getProtect(),
    });
    return register(request, done);
  };
}

function resolved(pulumi: Sdk, value: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const failed = (error: unknown) => {
      reject(error);
      return undefined;
    };
    pulumi.recover(pulumi.output(value), failed).apply(resolve);
  });
}

async function outputsOf(pulumi: Sdk, program: object): Promise<Record<string, unknown>> {
  const entries = Object.entries(program).map(async ([name, value]) => {
    const secret = await pulumi.isSecret(pulumi.output(value));
    const plain = await resolved(pulumi, value);
    return [name, secret ? SECRET : plain] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

/** Fulfilled when nothing more is registered. */
async function settled(pulumi: Sdk, seen: readonly unknown[]): Promise<void> {
  for (let last = -1; last !== seen.length; ) {
    last = seen.length;
    await pulumi.runtime.disconnect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * What the program of a checkout asks for, recorded without a state, a daemon or a secret. One call a process: the SDK keeps
 * what it registered.
 */
export async function programGraph(
  root: string,
  stack: string,
  { project, main, config, secrets }: StackSettings,
): Promise<GraphResource[]> {
  // The checkout's own SDK: its program imports that one.
  const load = createRequire(join(root, "package.json"));
  const pulumi = load("@pulumi/pulumi") as Sdk;
  await pulumi.runtime.setMocks(mocksOf(pulumi), project, stack, false, "organization");
  pulumi.runtime.setAllConfig(config, secrets);
  const seen: GraphResource[] = [];
  listen(pulumi, seen);
  const program = load(join(root, main)) as object;
  await settled(pulumi, seen);
  const outputs = await outputsOf(pulumi, program);
  const top = { type: STACK_TYPE, name: `${project}-${stack}`, parent: "", inputs: {} };
  const graph = maskedGraph([...seen, { ...top, protect: false, outputs }]);
  return JSON.parse(
    escapedPair.reduce((text, pem) => text.replaceAll(pem, "generated"), JSON.stringify(graph)),
  );
}
