import { generateKeyPairSync } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Pulumi from "@pulumi/pulumi";
import { type GraphResource, maskedGraph } from "../../report/read/graphDiff";
import { SECRET, STACK_TYPE } from "../../report/read/preview";
import { recordRegistrations } from "../../report/read/recordRegistrations";
import type { StackSettings } from "./stackSettings";

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
  pulumi.runtime.setAllConfig(config, secrets);
  let program: object = {};
  const run = () => {
    program = load(join(root, main)) as object;
  };
  const setup = { sdk: pulumi, mocks: mocksOf(pulumi), project, stack, preview: false };
  const { registrations } = await recordRegistrations(run, setup);
  const outputs = await outputsOf(pulumi, program);
  const top = { type: STACK_TYPE, name: `${project}-${stack}`, parent: "", inputs: {} };
  const graph = maskedGraph([...registrations, { ...top, protect: false, outputs }]);
  return JSON.parse(
    escapedPair.reduce((text, pem) => text.replaceAll(pem, "generated"), JSON.stringify(graph)),
  );
}
