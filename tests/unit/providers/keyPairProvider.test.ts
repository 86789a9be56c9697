import { createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { expect } from "chai";
import { checkSigningKey } from "../../../infra/clerk/signingKey";
import { derivePublicKey } from "../../../infra/clerk/signingKeyPair";
import { RemoteError } from "../../../infra/http/remoteError";
import { keyPairProvider } from "../../../infra/providers/keyPairProvider";

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
