import { createHash, createPublicKey } from "node:crypto";
import { expect } from "chai";
import { RemoteError } from "../../../infra/http/remoteError";
import {
  type PinnedInputs,
  type PinnedKeyState,
  pinnedJwksProvider,
} from "../../../infra/providers/pinnedJwksProvider";
import { jwkOf } from "../clerk/keyMaterial";
import { shortRetries } from "./remoteTest";
import { answers, ScriptedServer, staysSilent } from "./scriptedServer";

const ID = "https://issuer.test/jwks";
const first = { ...jwkOf("rsa"), kid: "first", use: "sig" };
const second = { ...jwkOf("P-256"), kid: "second" };
const server = new ScriptedServer();

const inputs = (more: Partial<PinnedInputs> = {}): PinnedInputs => ({
  jwksUrl: `${server.url}/jwks`,
  fetch: true,
  ...more,
});
const serves = (...keys: unknown[]) => server.plays(answers(200, { keys }));

async function pinned(more: Partial<PinnedInputs> = {}): Promise<PinnedKeyState> {
  serves(first, ...(more.keyId === undefined ? [] : [second]));
  return (await pinnedJwksProvider.create(inputs(more))).outs;
}

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof RemoteError)) throw new Error("no RemoteError came", { cause: error });
  expect(error.message).not.to.match(/[\r\n]/);
  return error.message;
}

/** What the provider writes for people while the call runs. */
async function told<T>(call: () => Promise<T>): Promise<{ result: T; text: string }> {
  const write = process.stderr.write;
  let text = "";
  process.stderr.write = ((chunk: string) => {
    text += chunk;
    return true;
  }) as typeof write;
  try {
    return { result: await call(), text };
  } finally {
    process.stderr.write = write;
  }
}

describe("pinnedJwksProvider", () => {
  shortRetries();
  before(() => server.start());
  after(() => server.stop());

  describe("create and update", () => {
    it("pin the only signature key", async () => {
      serves(first, { ...second, use: "enc" });
      const { id, outs } = await pinnedJwksProvider.create(inputs());
      const key = createPublicKey({ key: first, format: "jwk" });
      const spki = key.export({ type: "spki", format: "der" });
      expect(id).to.equal(`${server.url}/jwks`);
      expect(outs).to.deep.equal({
        jwksUrl: `${server.url}/jwks`,
        algorithm: "RS256",
        key: key.export({ type: "spki", format: "pem" }),
        kid: "first",
        fingerprint: createHash("sha256").update(spki).digest("hex").slice(0, 16),
      });
    });

    it("keep the query of the address out of the id, which is never secret", async () => {
      serves(first);
      const jwksUrl = `${server.url}/jwks?key=hunter2`;
      const { id, outs } = await pinnedJwksProvider.create(inputs({ jwksUrl }));
      expect(id).to.equal(`${server.url}/jwks`);
      expect(outs.jwksUrl).to.equal(jwksUrl);
    });

    it("pin the named key, and a key without a kid", async () => {
      serves(first, second);
      const { outs } = await pinnedJwksProvider.create(inputs({ keyId: "second" }));
      expect(outs).to.include({ keyId: "second", kid: "second", algorithm: "ES256" });
      serves(jwkOf("ed25519"));
      const unnamed = await pinnedJwksProvider.create(inputs());
      expect(unnamed.outs).not.to.have.property("kid");
    });

    it("take over the new key", async () => {
      const olds = await pinned();
      serves(second);
      const { outs } = await pinnedJwksProvider.update("id", olds, inputs());
      expect(outs).to.include({ kid: "second", algorithm: "ES256" });
    });

    const refused: [name: string, keys: unknown[], keyId: string | undefined, words: RegExp][] = [
      ["several keys", [first, second], undefined, /\("first", "second"\).*identity\.pinnedKeyId/],
      ["no key", [], undefined, /holds no signature key/],
      ["a kid that is not there", [first], "x", /no signature key "x"; its keys: "first"/],
      ["a set that the engine refuses", [first, {}], undefined, /keys\[1\]\.kty is missing/],
    ];
    for (const [name, keys, keyId, words] of refused) {
      it(`refuse ${name}`, async () => {
        serves(...keys);
        const given = inputs(keyId === undefined ? {} : { keyId });
        expect(await failure(pinnedJwksProvider.create(given))).to.match(words);
      });
    }

    it("fail when nobody answers, because nothing is pinned yet", async () => {
      server.plays(answers(503));
      expect(await failure(pinnedJwksProvider.create(inputs()))).to.match(
        /after 3 tries: status 503/,
      );
    });
  });

  describe("diff", () => {
    it("fetches nothing in a preview", async () => {
      const olds = await pinned();
      server.plays(staysSilent);
      const news = inputs({ fetch: false });
      expect(await pinnedJwksProvider.diff(ID, olds, news)).to.deep.equal({ changes: false });
      expect(server.seen).to.deep.equal([]);
    });

    it("sees no change in the same key, whatever stands beside it", async () => {
      const olds = await pinned();
      serves({ ...first, kid: "renamed" }, { ...second, use: "enc" });
      const wired = { ...inputs(), keyId: null, caCertificates: [], __provider: "loader" };
      const news = wired as unknown as PinnedInputs;
      expect(await pinnedJwksProvider.diff(ID, olds, news)).to.deep.equal({ changes: false });
    });

    it("sees a changed key in an update", async () => {
      const olds = await pinned();
      serves(second);
      expect(await pinnedJwksProvider.diff(ID, olds, inputs())).to.deep.equal({ changes: true });
    });

    it("sees another algorithm of the same key, which the engine is told too", async () => {
      const olds = await pinned();
      serves({ ...first, alg: "RS512" });
      expect(await pinnedJwksProvider.diff(ID, olds, inputs())).to.deep.equal({ changes: true });
    });

    it("sees changed settings without a fetch, and another address as another resource", async () => {
      const olds = await pinned();
      server.plays(staysSilent);
      const diff = (more: Partial<PinnedInputs>) =>
        pinnedJwksProvider.diff(ID, olds, inputs({ fetch: false, ...more }));
      expect(await diff({ keyId: "first" })).to.deep.equal({ changes: true });
      expect(await diff({ caCertificates: ["PEM"] })).to.deep.equal({ changes: true });
      expect(await diff({ jwksUrl: ID })).to.deep.equal({ changes: true, replaces: ["jwksUrl"] });
      expect(server.seen).to.deep.equal([]);
    });

    const outages: [string, () => void, RegExp][] = [
      ["the set cannot be fetched", () => server.plays(answers(503)), /after 3 tries: status 503/],
      ["the set cannot be read", () => server.plays(answers(200, "<html>")), /is a web page/],
      ["the set is empty", () => serves(), /holds no signature key/],
      [
        "a second key came beside it",
        () => serves(second, first),
        /2 signature keys \("second", "first"\)/,
      ],
    ];
    for (const [name, prepare, words] of outages) {
      it(`keeps the pinned key when ${name}, and says so on one line`, async () => {
        const olds = await pinned();
        prepare();
        const { result, text } = await told(() => pinnedJwksProvider.diff(ID, olds, inputs()));
        expect(result).to.deep.equal({ changes: false });
        expect(text).to.match(
          /^the key set [^\n]*; the pinned key "first" \([0-9a-f]{16}\) stays\n$/,
        );
        expect(text).to.match(words);
      });
    }

    it("stops when the pinned key is gone and the new one is not clear", async () => {
      const olds = await pinned();
      serves(second, jwkOf("ed25519"));
      const text = await failure(pinnedJwksProvider.diff(ID, olds, inputs()));
      expect(text).to.match(/2 signature keys \("second", one without kid\).*pinnedKeyId/);
    });

    it("stops when the named key is gone", async () => {
      const olds = await pinned({ keyId: "second" });
      serves(first);
      const text = await failure(pinnedJwksProvider.diff(ID, olds, inputs({ keyId: "second" })));
      expect(text).to.match(/no signature key "second"; its keys: "first"/);
    });
  });

  describe("read", () => {
    it("shows a changed key", async () => {
      const olds = await pinned();
      serves(second);
      const { id, props } = await pinnedJwksProvider.read(ID, olds);
      expect(id).to.equal(ID);
      expect(props).to.include({ kid: "second", algorithm: "ES256", jwksUrl: olds.jwksUrl });
    });

    it("shows the same state while the key stays", async () => {
      const olds = await pinned({ keyId: "second" });
      expect(await pinnedJwksProvider.read(ID, olds)).to.deep.equal({ id: ID, props: olds });
    });

    for (const [name, prepare] of [
      ["nobody answers", () => server.plays(answers(500))],
      ["no key can be chosen", () => serves(second, jwkOf("ed25519"))],
    ] as const) {
      it(`keeps the pinned key when ${name}, and says so`, async () => {
        const olds = await pinned();
        prepare();
        const { result, text } = await told(() => pinnedJwksProvider.read(ID, olds));
        expect(result).to.deep.equal({ id: ID, props: olds });
        expect(text).to.match(
          /^the key set [^\n]*; the pinned key "first" \([0-9a-f]{16}\) stays\n$/,
        );
      });
    }

    it("refuses an import", async () => {
      const text = await failure(pinnedJwksProvider.read(ID, undefined));
      expect(text).to.match(/cannot be imported/);
    });
  });

  it("deletes nothing anywhere", async () => {
    server.plays(staysSilent);
    await pinnedJwksProvider.delete();
    expect(server.seen).to.deep.equal([]);
  });
});
