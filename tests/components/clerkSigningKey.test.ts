import { createPublicKey, generateKeyPairSync } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkSigningKey, type ClerkSigningKeyArgs, SigningAlgorithm } from "../../infra";
import {
  isSecretInput,
  type Registration,
  recordGraph,
  resolvedValue,
  resource,
} from "../support/recordGraph";

interface Made {
  key: ClerkSigningKey;
  graph: Registration[];
}

async function make(args: ClerkSigningKeyArgs): Promise<Made> {
  let key: ClerkSigningKey | undefined;
  const graph = await recordGraph(() => {
    key = new ClerkSigningKey("key", args);
  });
  if (key === undefined) throw new Error("no key was made");
  return { key, graph };
}

const types = (graph: readonly Registration[]) => graph.map(({ type }) => type.split(":").pop());

describe("ClerkSigningKey", () => {
  it("generates a shared key, the same and secret for both sides", async () => {
    const { key, graph } = await make({});
    expect(types(graph)).to.deep.equal(["ClerkSigningKey", "RandomPassword"]);
    expect(resource(graph, "key-shared").inputs).to.include({ length: 64, special: false });
    expect(await resolvedValue(key.algorithm)).to.equal("HS256");
    expect(await resolvedValue(key.privateKey)).to.equal(await resolvedValue(key.verificationKey));
    expect(await pulumi.isSecret(key.privateKey)).to.equal(true);
    expect(await pulumi.isSecret(key.verificationKey)).to.equal(true);
  });

  it("makes another key for another text of rotation", async () => {
    const shared = await make({ rotation: "2" });
    expect(resource(shared.graph, "key-shared").inputs.keepers).to.deep.equal({ rotation: "2" });
    const pair = await make({ algorithm: SigningAlgorithm.RS256, rotation: "2" });
    expect(resource(pair.graph, "key-pair").inputs.rotation).to.equal("2");
  });

  for (const algorithm of [SigningAlgorithm.RS256, SigningAlgorithm.ES256]) {
    it(`generates a pair for ${algorithm}: Clerk's half secret, Hasura's half public`, async () => {
      const { key, graph } = await make({ algorithm });
      expect(types(graph)).to.deep.equal(["ClerkSigningKey", "KeyPair"]);
      expect(resource(graph, "key-pair").inputs).to.include({ algorithm });
      expect(await resolvedValue(key.privateKey)).to.contain("PRIVATE KEY");
      expect(await resolvedValue(key.verificationKey)).to.contain("BEGIN PUBLIC KEY");
      expect(await pulumi.isSecret(key.privateKey)).to.equal(true);
      expect(await pulumi.isSecret(key.verificationKey)).to.equal(false);
    });
  }

  it("derives the public half of a given private key and makes nothing", async () => {
    const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const given = { algorithm: SigningAlgorithm.ES256, privateKey: pulumi.secret(pem) };
    const { key, graph } = await make(given);
    expect(types(graph)).to.deep.equal(["ClerkSigningKey"]);
    const wanted = createPublicKey(privateKey).export({ type: "spki", format: "pem" });
    expect(await resolvedValue(key.verificationKey)).to.equal(wanted);
    expect(await resolvedValue(key.privateKey)).to.equal(pem);
    expect(await pulumi.isSecret(key.privateKey)).to.equal(true);
  });

  it("records no key among the component's inputs", async () => {
    const { graph } = await make({ privateKey: "k".repeat(40) });
    const { inputs } = resource(graph, "key");
    expect(inputs).to.deep.equal({});
    expect(isSecretInput(inputs)).to.equal(false);
  });

  const REFUSED: [string, ClerkSigningKeyArgs, RegExp][] = [
    ["a short shared key", { privateKey: "canary" }, /32 or more/],
    ["text for RS256", { algorithm: SigningAlgorithm.RS256, privateKey: "canary" }, /PEM/],
    [
      "rotation beside a key",
      { privateKey: "canary".repeat(8), rotation: "1" },
      /rotation: cannot be combined with a privateKey/,
    ],
    [
      "rotation beside a secret key",
      { privateKey: pulumi.secret("canary".repeat(8)), rotation: "1" },
      /rotation: cannot be combined with a privateKey/,
    ],
    [
      "a secret rotation beside a key",
      { privateKey: "canary".repeat(8), rotation: pulumi.secret("1") },
      /rotation: cannot be combined with a privateKey/,
    ],
    [
      "an unknown algorithm",
      { algorithm: "none" as SigningAlgorithm },
      /algorithm: .* is unknown; allowed: HS256/,
    ],
  ];
  for (const [what, args, text] of REFUSED) {
    it(`refuses ${what} without showing it`, async () => {
      const refused = await make(args).then(
        () => "",
        (error: Error) => error.message,
      );
      expect(refused).to.match(text);
      expect(refused).to.not.contain("canary");
    });
  }
});
