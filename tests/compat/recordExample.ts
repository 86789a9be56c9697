import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { Callback } from "@pulumi/pulumi/proto/callback_pb";
import { type Registration, recordGraph } from "../support/recordGraph";
import { PK } from "../unit/clerk/soundIdentity";

const FOLDER = join(__dirname, "../../examples");

interface ExampleConfig {
  plain: Readonly<Record<string, string>>;
  secret?: Readonly<Record<string, string>>;
}

/** What stacks of the examples are configured with; names are those of the folders. */
const CONFIG: Readonly<Record<string, ExampleConfig>> = {
  minimal: { plain: { publishableKey: PK } },
  externalPostgres: {
    plain: {
      network: "database",
      databaseHost: "db.example.com",
      databasePort: "6432",
      databaseUser: "owner",
      databaseEngineHost: "db.internal",
      databaseEnginePort: "5432",
      databaseSslMode: "verify-ca",
    },
    secret: { databasePassword: "configured-password" },
  },
  existingNetwork: { plain: { network: "proxy", dockerHost: "unix:///var/run/docker.sock" } },
  proxyIssuer: {
    plain: {
      proxyUrl: "https://shop.example.com/clerk",
      networks: '["proxy"]',
      caCertificates: '["-----BEGIN CERTIFICATE-----\\nMIIB\\n-----END CERTIFICATE-----\\n"]',
    },
  },
  hasuraCloud: {
    plain: {
      publishableKey: PK,
      projectId: "00000000-0000-0000-0000-000000000000",
      unauthorizedRole: "anonymous",
    },
    secret: {
      token: "configured-token",
      adminSecret: `configured-${"a".repeat(40)}`,
      env: '{"PAYMENT_API_KEY":"configured-payment"}',
    },
  },
};

/** Folders of `examples` that hold a program. */
export function exampleFolders(): string[] {
  return readdirSync(FOLDER).filter((name) => existsSync(join(FOLDER, name, "index.ts")));
}

function projectOf(example: string): string {
  const settings = readFileSync(join(FOLDER, example, "Pulumi.yaml"), "utf8");
  const name = /^name: (\S+)$/m.exec(settings)?.[1];
  if (name === undefined) throw new Error(`examples/${example}/Pulumi.yaml names no project`);
  return name;
}

/** What the SDK keeps of a run; it does not export this. */
interface SdkStore {
  supportsTransforms: boolean;
  callbacks: unknown;
}

const CALLBACKS = {
  registerTransform: async () => new Callback(),
  awaitStackRegistrations: async () => {},
  shutdown: () => {},
};

/**
 * Lets a program with transforms run. The engine is what calls them, and mocks have none: without this the SDK refuses the
 * program in a promise that nobody awaits, and the recording never ends. So a record shows what the component asked for, before
 * an example's own transforms.
 */
function withoutTransforms(): () => void {
  const { globalStore: store } = globalThis as unknown as { globalStore: SdkStore };
  store.supportsTransforms = true;
  // The SDK forgets its callbacks whenever it disconnects, which a recording does repeatedly.
  const always = { configurable: true, get: () => CALLBACKS, set: () => {} };
  Object.defineProperty(store, "callbacks", always);
  return () =>
    Object.defineProperty(store, "callbacks", {
      configurable: true,
      enumerable: true,
      writable: true,
      value: undefined,
    });
}

/** Runs an example's own program against mocks, as a project of its name. Rejects when CONFIG does not suffice for it. */
export async function recordExample(example: string): Promise<Registration[]> {
  const project = projectOf(example);
  const { plain, secret = {} }: ExampleConfig = CONFIG[example] ?? { plain: {} };
  const entries = Object.entries({ ...plain, ...secret });
  const secretKeys = Object.keys(secret).map((key) => `${project}:${key}`);
  const program = join(FOLDER, example, "index.ts");
  pulumi.runtime.setAllConfig(
    Object.fromEntries(entries.map(([key, value]) => [`${project}:${key}`, value])),
    secretKeys,
  );
  // A program runs while it is loaded: from the cache it would register nothing.
  delete require.cache[require.resolve(program)];
  let restore = () => {};
  const run = () => {
    restore = withoutTransforms();
    require(program);
  };
  try {
    return await recordGraph(run, false, project);
  } finally {
    restore();
    pulumi.runtime.setAllConfig({});
  }
}
