import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import {
  ClerkHasura,
  type ClerkHasuraArgs,
  ClerkJwtTemplate,
  type ClerkJwtTemplateArgs,
  ClerkSigningKey,
  type ClerkSigningKeyArgs,
  HasuraCloud,
  type HasuraCloudArgs,
} from "../../infra";
import { production, recordGraph } from "../support/recordGraph";

const identity = { frontendApi: "clerk.example.com" };
const secretKey = `sk_test_${"k".repeat(40)}`;
const project = { projectId: "7a79cf94-0e53-4520-a560-1b02bf522f08", token: "a-token" };

// The types refuse these rows; Pulumi's host of components hands them over where another language's program has them.
const stack = (args: object) => () =>
  new ClerkHasura("it", production({ identity, ...args } as ClerkHasuraArgs));
const template = (args: object) => () =>
  new ClerkJwtTemplate("it", { secretKey, ...args } as ClerkJwtTemplateArgs);
const key = (args: object) => () => new ClerkSigningKey("it", args as ClerkSigningKeyArgs);
const cloud = (args: object) => () =>
  new HasuraCloud("it", { identity, ...args } as HasuraCloudArgs);

type Row = [
  component: string,
  path: string,
  build: (value: pulumi.Output<unknown>) => () => unknown,
  value: unknown,
];
const ROWS: Row[] = [
  ["ClerkHasura", "suspended", (suspended) => stack({ suspended }), false],
  ["ClerkHasura", "schema.path", (path) => stack({ schema: { path } }), "hasura"],
  ["ClerkHasura", "probe", (probe) => stack({ probe }), false],
  [
    "ClerkHasura",
    "postgres.protectData",
    (protectData) => stack({ postgres: { protectData } }),
    false,
  ],
  [
    "ClerkHasura",
    "postgres.majorVersion",
    (majorVersion) => stack({ postgres: { majorVersion } }),
    18,
  ],
  ["ClerkHasura", "postgres.adopt", (adopt) => stack({ postgres: { adopt } }), ["engineRole"]],
  [
    "ClerkHasura",
    "postgres.adoptVolume",
    (adoptVolume) => stack({ postgres: { adoptVolume } }),
    "0123456789abcdef",
  ],
  [
    "ClerkHasura",
    "postgres.engineRole",
    (engineRole) => stack({ postgres: { engineRole, adopt: ["engineRole"] } }),
    "owner",
  ],
  [
    "ClerkHasura",
    "postgres.metadataDatabase",
    (metadataDatabase) =>
      stack({ postgres: { metadataDatabase, adoptVolume: "0123456789abcdef" } }),
    "theirs",
  ],
  [
    "ClerkHasura",
    "postgres.metadataDatabase",
    (metadataDatabase) => stack({ postgres: { metadataDatabase, adopt: ["applicationDatabase"] } }),
    "theirs",
  ],
  ["ClerkHasura", "identity.jwks", (jwks) => stack({ identity: { ...identity, jwks } }), "pinned"],
  ["ClerkJwtTemplate", "adopt", (adopt) => template({ adopt }), false],
  ["ClerkJwtTemplate", "importId", (importId) => template({ importId }), "jtmp_1"],
  ["ClerkSigningKey", "algorithm", (algorithm) => key({ algorithm }), "HS256"],
  [
    "HasuraCloud",
    "project.overwrite",
    (overwrite) => cloud({ project: { ...project, overwrite } }),
    false,
  ],
  ["HasuraCloud", "identity.jwks", (jwks) => cloud({ identity: { ...identity, jwks } }), "pinned"],
];

async function refusalOf(build: () => unknown): Promise<string> {
  let message = "";
  const graph = await recordGraph(() => {
    try {
      build();
    } catch (error) {
      if (!pulumi.RunError.isInstance(error)) throw error;
      message = error.message;
    }
  });
  expect(graph).to.deep.equal([]);
  return message;
}

describe("a plain argument that is given as an Output", () => {
  for (const [component, path, build, value] of ROWS) {
    it(`is refused before anything is registered: ${component}, ${path}`, async () => {
      for (const given of [pulumi.output(value), pulumi.secret(value)]) {
        const [title, ...lines] = (await refusalOf(build(given))).split("\n");
        expect(title).to.match(/^\w+ "it" cannot be built \(1 problem\):$/);
        expect(lines).to.have.length(1);
        expect(lines[0]).to.match(
          /^ {2}- [\w.]+: is an Output, [^;]+; allowed: a plain value; [^;]+$/,
        );
        expect(lines[0]).to.satisfy((line: string) => line.startsWith(`  - ${path}: `));
      }
    });
  }

  it("is refused together with what else is wrong", async () => {
    const wrong = stack({ suspended: pulumi.output(true), hasura: { port: 0 } });
    expect(await refusalOf(wrong)).to.match(
      /\(2 problems\):\n {2}- suspended: .*\n {2}- hasura.port: /,
    );
  });

  it("is the external server, whose fields may be Outputs", async () => {
    const external = { host: "db.example.com", user: "owner", password: "pw" };
    const whole = stack({ postgres: { external: pulumi.secret(external) } });
    expect(await refusalOf(whole)).to.match(/- postgres.external: is a single Output; /);
    const fields = { ...external, password: pulumi.secret("pw"), host: pulumi.output("db") };
    expect((await recordGraph(stack({ postgres: { external: fields } }))).length).to.be.above(1);
  });
});
