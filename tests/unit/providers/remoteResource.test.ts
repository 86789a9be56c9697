import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import {
  ADMIN_SECRET,
  startTestEngine,
  type TestEngine,
} from "../../../airgap/doubles/hasura/testEngine";
import { checkSigningKey } from "../../../infra/clerk/signingKey";
import { derivePublicKey } from "../../../infra/clerk/signingKeyPair";
import { RemoteError } from "../../../infra/http/remoteError";
import { keyPairProvider } from "../../../infra/providers/keyPairProvider";
import { type ProbeInputs, probeProvider } from "../../../infra/providers/probeProvider";
import { demandPackages } from "../../../infra/providers/remoteResource";
import { secretText, subjectOf } from "../doctor/checkup";

const ROOT = join(__dirname, "../../..");

describe("packages that remote resources need in the program's folder", () => {
  const folders: string[] = [];
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  /** A folder with these packages; a new one each time, as Node.js remembers where it found nothing. */
  function folderWith(packages: Record<string, string>): string {
    const folder = mkdtempSync(join(tmpdir(), "chtest-packages-"));
    folders.push(folder);
    mkdirSync(join(folder, "node_modules"));
    for (const [name, from] of Object.entries(packages)) {
      symlinkSync(from, join(folder, "node_modules", name));
    }
    return folder;
  }
  const SDK = { "@pulumi": join(ROOT, "node_modules", "@pulumi") };

  it("are found in the checkout, in its examples, and where they are installed", () => {
    demandPackages("key-pair", ROOT);
    demandPackages("key-pair", join(ROOT, "examples", "hasuraCloud"));
    demandPackages("key-pair", folderWith({ ...SDK, "clerk-hasura": ROOT }));
  });

  const ROWS: [packages: Record<string, string>, missing: string][] = [
    [{}, "@pulumi/pulumi and clerk-hasura"],
    [SDK, "clerk-hasura"],
  ];
  for (const [packages, missing] of ROWS) {
    it(`are named with the folder and the remedy where there is no ${missing}`, () => {
      const folder = folderWith(packages);
      expect(() => demandPackages("key-pair", folder)).to.throw(
        `key-pair is managed by Node.js in the program's folder, where ${missing} cannot be ` +
          `found; run this in ${folder}: npm install @pulumi/pulumi clerk-hasura`,
      );
    });
  }
});

describe("the probe", () => {
  let engine: TestEngine;
  before(async () => {
    engine = await startTestEngine({ HASURA_GRAPHQL_JWT_SECRET: secretText() });
  });
  after(() => engine?.stop());

  const inputs = (extra: Partial<ProbeInputs> = {}): ProbeInputs => ({
    ...subjectOf(engine),
    jwksUrl: "",
    triggers: ["container-1"],
    ...extra,
  });

  async function changes(news: ProbeInputs): Promise<boolean | undefined> {
    const olds = { ...inputs(), summary: "9 ok", __provider: "old" };
    return (await probeProvider.diff?.("probe", olds, news))?.changes;
  }

  it("answers its inputs and the counts", async () => {
    const { id, outs } = await probeProvider.create(inputs());
    expect(id).to.equal("probe");
    expect(outs).to.include({ ...inputs(), triggers: outs?.triggers });
    expect(outs?.summary).to.match(/^\d+ ok, 2 for information, 3 skipped$/);
  });

  it("fails the update in one line, without secrets", async () => {
    const wrong = inputs({ adminSecret: "canary-secret" });
    for (const run of [
      () => probeProvider.create(wrong),
      () => Promise.resolve(probeProvider.update?.("probe", { ...inputs(), summary: "" }, wrong)),
    ]) {
      const error = await run().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      if (!(error instanceof RemoteError)) throw new Error("no RemoteError came", { cause: error });
      expect(error.message)
        .to.include("admin secret is required")
        .and.not.match(/\n|canary-secret/);
      expect(error.message).to.not.include(ADMIN_SECRET);
    }
  });

  it("changes with its inputs and triggers alone", async () => {
    expect(await changes(inputs())).to.equal(false);
    const decorated = { ...inputs(), __provider: "new", summary: undefined };
    expect(await changes(decorated)).to.equal(false);
    expect(await changes(inputs({ unauthorizedRole: undefined }))).to.equal(false);
    expect(await changes(inputs({ triggers: ["container-2"] }))).to.equal(true);
    expect(await changes(inputs({ issuer: "https://another.example.com" }))).to.equal(true);
    expect(await changes(inputs({ unauthorizedRole: "anonymous" }))).to.equal(true);
  });

  it("reads its state as it is, and has nothing to delete", async () => {
    const props = { ...inputs(), summary: "9 ok" };
    expect(await probeProvider.read?.("probe", props)).to.deep.equal({ id: "probe", props });
    expect(await probeProvider.delete?.("probe", props)).to.equal(undefined);
  });
});

describe("keyPairProvider", () => {
  for (const algorithm of ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512", "Ed25519"]) {
    it(`makes a pair for ${algorithm} that both sides take`, async () => {
      const { id, outs } = await keyPairProvider.create({ algorithm });
      expect(outs).to.have.all.keys("algorithm", "privateKey", "publicKey");
      expect(outs.privateKey).to.match(/^-----BEGIN PRIVATE KEY-----\n/);
      const { publicKey, privateKey } = outs;
      expect(derivePublicKey({ algorithm, privateKey }).value).to.deep.equal({ publicKey });
      expect(checkSigningKey({ algorithm, key: publicKey }).problems).to.equal(undefined);
      const data = Buffer.from("x");
      const hash = algorithm === "Ed25519" ? null : `sha${algorithm.slice(2)}`;
      const signature = sign(hash, data, createPrivateKey(privateKey));
      expect(verify(hash, data, createPublicKey(publicKey), signature)).to.equal(true);
      expect(id).to.match(/^[0-9a-f]{16}$/);
    });
  }

  it("makes RSA keys that Clerk's own verifyToken takes", async () => {
    const { outs } = await keyPairProvider.create({ algorithm: "RS256" });
    const details = createPublicKey(outs.publicKey).asymmetricKeyDetails;
    expect(details).to.deep.equal({ modulusLength: 2048, publicExponent: 65_537n });
  });

  it("makes another pair each time, and keeps the rotation text", async () => {
    const inputs = { algorithm: "ES256", rotation: "1" };
    const [one, two] = [await keyPairProvider.create(inputs), await keyPairProvider.create(inputs)];
    expect(one.id).not.to.equal(two.id);
    expect(one.outs.rotation).to.equal("1");
  });

  for (const algorithm of ["HS256", "PS256", "toString", ""]) {
    it(`refuses the algorithm "${algorithm}"`, async () => {
      const error = await keyPairProvider.create({ algorithm }).catch((reason: unknown) => reason);
      expect(error).to.be.instanceOf(RemoteError);
      expect(String(error)).to.match(/^no key pair fits the algorithm; allowed: RS256, /);
    });
  }

  const olds = { algorithm: "ES256", rotation: "1", privateKey: "private", publicKey: "public" };
  const { rotation: _, ...unrotated } = olds;
  const rows: [string, typeof unrotated, { algorithm: string; rotation?: string }, string[]][] = [
    ["nothing", olds, { algorithm: "ES256", rotation: "1" }, []],
    ["nothing without rotation", unrotated, { algorithm: "ES256" }, []],
    ["the algorithm", olds, { algorithm: "ES384", rotation: "1" }, ["algorithm"]],
    ["the rotation", olds, { algorithm: "ES256", rotation: "2" }, ["rotation"]],
    ["a first rotation", unrotated, { algorithm: "ES256", rotation: "1" }, ["rotation"]],
    ["no rotation any more", olds, { algorithm: "ES256" }, ["rotation"]],
    ["both", olds, { algorithm: "RS256" }, ["algorithm", "rotation"]],
  ];
  for (const [name, before, news, replaces] of rows) {
    it(`on a change of ${name} replaces because of [${replaces}], the new pair first`, async () => {
      expect(await keyPairProvider.diff("id", before, news)).to.deep.equal({
        changes: replaces.length > 0,
        replaces,
        deleteBeforeReplace: false,
      });
    });
  }

  it("takes an absent rotation that arrives as null, and the loader's text, as no change", async () => {
    const wired = { algorithm: "ES256", rotation: null, __provider: "new" } as unknown;
    const news = wired as { algorithm: string };
    expect((await keyPairProvider.diff("id", unrotated, news)).changes).to.equal(false);
  });

  it("keeps the pair in a refresh, and cannot import one", async () => {
    expect(await keyPairProvider.read("id", olds)).to.deep.equal({ id: "id", props: olds });
    const error = await keyPairProvider.read("id", undefined).catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RemoteError);
  });
});
