import { expect } from "chai";
import fc from "fast-check";
import { resolveIdentity } from "../../../infra/clerk/identity";
import type { IdentityInput } from "../../../infra/clerk/identityInput";
import { rsaPair } from "./keyMaterial";
import { itRefuses } from "./refusals";

const HOST = "happy-hippo-1.clerk.accounts.dev";
const PK = `pk_test_${Buffer.from(`${HOST}$`).toString("base64")}`;
const JWKS = `https://${HOST}/.well-known/jwks.json`;
const NAMESPACE = "https://hasura.io/jwt/claims";
const KEY = "k".repeat(32);
const CHOICE =
  "set exactly one of identity.publishableKey, identity.frontendApi, identity.jwksUrl, identity.signingKey";
const BESIDE = "has no use beside claimsMap; remove it, or the claimsMap";
const rsa = rsaPair();
const MAP = {
  "x-hasura-default-role": { literal: "user" },
  "x-hasura-allowed-roles": { literals: ["user"] },
  "x-hasura-user-id": { path: "$.sub" },
};

function secretOf(input: IdentityInput): string {
  const { value, problems } = resolveIdentity(input);
  expect(problems).to.equal(undefined);
  return value?.jwtSecret ?? "";
}

/** For settings that a compiler would refuse, but configuration and other languages can hold. */
function untyped(input: unknown) {
  return resolveIdentity(input as IdentityInput);
}

describe("resolveIdentity", () => {
  describe("JWT secret, byte for byte", () => {
    const rows: [string, IdentityInput, unknown][] = [
      [
        "publishable key",
        { publishableKey: PK },
        { jwk_url: JWKS, claims_namespace: NAMESPACE, issuer: `https://${HOST}`, allowed_skew: 5 },
      ],
      [
        "proxy",
        { frontendApi: "https://my.vercel.app/__clerk" },
        {
          jwk_url: "https://my.vercel.app/__clerk/.well-known/jwks.json",
          claims_namespace: NAMESPACE,
          issuer: "https://my.vercel.app/__clerk",
          allowed_skew: 5,
        },
      ],
      [
        "own issuer",
        { publishableKey: PK, issuer: "https://www.example.com/__clerk" },
        {
          jwk_url: JWKS,
          claims_namespace: NAMESPACE,
          issuer: "https://www.example.com/__clerk",
          allowed_skew: 5,
        },
      ],
      [
        "JWKS of anyone",
        { jwksUrl: "https://i.example.com/k" },
        { jwk_url: "https://i.example.com/k", claims_namespace: NAMESPACE, allowed_skew: 5 },
      ],
      [
        "http JWKS for tests",
        { jwksUrl: "http://issuer.test/k", allowHttpJwks: true },
        { jwk_url: "http://issuer.test/k", claims_namespace: NAMESPACE, allowed_skew: 5 },
      ],
      [
        "HS256",
        { signingKey: { algorithm: "HS256", key: KEY }, allowedSkewSeconds: 0 },
        { type: "HS256", key: KEY, claims_namespace: NAMESPACE, allowed_skew: 0 },
      ],
      [
        "RS256",
        { signingKey: { algorithm: "RS256", key: rsa.publicKey } },
        { type: "RS256", key: rsa.publicKey, claims_namespace: NAMESPACE, allowed_skew: 5 },
      ],
      [
        "everything beside a namespace",
        {
          frontendApi: "clerk.example.com",
          unauthorizedRole: "anonymous",
          header: { type: "Cookie", name: "__session" },
          claimsFormat: "stringified_json",
          claimsNamespace: "hasura",
          audience: ["b", "a"],
          allowedRoles: ["user", "editor"],
        },
        {
          jwk_url: "https://clerk.example.com/.well-known/jwks.json",
          claims_namespace: "hasura",
          claims_format: "stringified_json",
          audience: ["b", "a"],
          issuer: "https://clerk.example.com",
          allowed_skew: 5,
          header: { type: "Cookie", name: "__session" },
        },
      ],
      [
        "path, one audience, header",
        {
          signingKey: { algorithm: "HS256", key: KEY },
          claimsNamespacePath: "$.a",
          audience: ["x"],
          header: { type: "CustomHeader", name: "x-token" },
        },
        {
          type: "HS256",
          key: KEY,
          claims_namespace_path: "$.a",
          audience: "x",
          allowed_skew: 5,
          header: { type: "CustomHeader", name: "x-token" },
        },
      ],
      [
        "claims map",
        { frontendApi: HOST, claimsMap: MAP },
        {
          jwk_url: JWKS,
          claims_map: {
            "x-hasura-allowed-roles": ["user"],
            "x-hasura-default-role": "user",
            "x-hasura-user-id": { path: "$.sub" },
          },
          issuer: `https://${HOST}`,
          allowed_skew: 5,
        },
      ],
      [
        "claims map filled from roles",
        {
          frontendApi: HOST,
          claimsMap: { "x-hasura-org-id": { path: "$.o.id", default: "" } },
          defaultRole: "editor",
          allowedRoles: ["viewer", "editor"],
        },
        {
          jwk_url: JWKS,
          claims_map: {
            "x-hasura-allowed-roles": ["viewer", "editor"],
            "x-hasura-default-role": "editor",
            "x-hasura-org-id": { path: "$.o.id", default: "" },
          },
          issuer: `https://${HOST}`,
          allowed_skew: 5,
        },
      ],
    ];
    for (const [what, input, expected] of rows) {
      it(what, () => expect(secretOf(input)).to.equal(JSON.stringify(expected)));
    }

    it("leaves engine defaults out, whether set or implied", () => {
      const implied = secretOf({ publishableKey: PK });
      const set: IdentityInput = {
        publishableKey: PK,
        claimsNamespace: NAMESPACE,
        claimsFormat: "json",
        header: { type: "Authorization" },
        allowedSkewSeconds: 5,
        issuer: `https://${HOST}`,
      };
      expect(secretOf(set)).to.equal(implied);
    });

    it("never varies with the order of settings or map entries", () => {
      const input: IdentityInput = {
        claimsMap: { ...MAP, "x-hasura-org-id": { path: "$.o.id", default: "none" } },
        frontendApi: HOST,
        audience: ["a", "b"],
        issuer: "https://i.example.com",
        header: { type: "Cookie", name: "c" },
        allowedSkewSeconds: 7,
      };
      const shuffled = <T extends object>(value: T) =>
        fc
          .shuffledSubarray(Object.entries(value), { minLength: Object.keys(value).length })
          .map((e) => Object.fromEntries(e));
      const expected = secretOf(input);
      fc.assert(
        fc.property(shuffled(input), shuffled(input.claimsMap ?? {}), (settings, claimsMap) => {
          expect(secretOf({ ...settings, claimsMap })).to.equal(expected);
        }),
      );
    });

    it("keeps what Hasura and Constellation both refuse out of every secret", () => {
      const arbitrary = fc.record(
        {
          claimsFormat: fc.constantFrom("json", "stringified_json"),
          claimsNamespace: fc.constantFrom("a", "b"),
          claimsNamespacePath: fc.constantFrom("$.a", "$"),
          claimsMap: fc.constant(MAP),
          audience: fc.constantFrom(["a"], ["a", "b"]),
          publishableKey: fc.constant(PK),
          jwksUrl: fc.constant("https://i.example.com/k"),
          signingKey: fc.constant({ algorithm: "HS256", key: KEY }),
        },
        { requiredKeys: [] },
      );
      let sound = 0;
      fc.assert(
        fc.property(arbitrary, (input) => {
          const { value } = resolveIdentity(input);
          if (value === undefined) return;
          sound += 1;
          const secret = JSON.parse(value.jwtSecret);
          expect("jwk_url" in secret).to.equal(!("key" in secret));
          expect("type" in secret).to.equal("key" in secret);
          const places = ["claims_namespace", "claims_namespace_path", "claims_map"];
          expect(places.filter((name) => name in secret)).to.have.length(1);
          expect("claims_map" in secret && "claims_format" in secret).to.equal(false);
        }),
        { numRuns: 1000 },
      );
      expect(sound).to.be.greaterThan(50);
    });
  });

  describe("what follows from it", () => {
    it("knows host, instance, key set and issuer from a publishable key", () => {
      expect(resolveIdentity({ publishableKey: PK }).value).to.deep.equal({
        source: "publishableKey",
        jwtSecret: secretOf({ publishableKey: PK }),
        jwksUrl: JWKS,
        issuer: `https://${HOST}`,
        frontendApi: HOST,
        instance: "development",
        publishableKey: PK,
        tokenShape: {
          claimsNamespace: NAMESPACE,
          claimsPath: [NAMESPACE],
          claimsFormat: "json",
          header: { type: "Authorization" },
          defaultRole: "user",
          allowedRoles: ["user"],
        },
      });
    });

    it("describes tokens without the key that signs them", () => {
      const { value } = resolveIdentity({
        signingKey: { algorithm: "HS256", key: KEY },
        claimsNamespacePath: '$.a["b c"]',
        claimsFormat: "stringified_json",
        audience: ["x"],
        unauthorizedRole: "anonymous",
        allowedRoles: ["user", "editor"],
      });
      expect(value?.unauthorizedRole).to.equal("anonymous");
      expect(value?.jwksUrl).to.equal(undefined);
      expect(value?.issuer).to.equal(undefined);
      expect(value?.tokenShape).to.deep.equal({
        claimsNamespacePath: '$.a["b c"]',
        claimsPath: ["a", "b c"],
        claimsFormat: "stringified_json",
        audience: ["x"],
        header: { type: "Authorization" },
        defaultRole: "user",
        allowedRoles: ["user", "editor"],
      });
      expect(JSON.stringify(value?.tokenShape)).not.to.contain(KEY);
    });

    it("takes a token's roles from the map where it states them", () => {
      const shape = (claimsMap: IdentityInput["claimsMap"], more: IdentityInput = {}) =>
        resolveIdentity({ frontendApi: HOST, claimsMap, ...more }).value?.tokenShape;
      expect(shape(MAP)).to.include({ defaultRole: "user" });
      const open = {
        "x-hasura-default-role": { path: "$.role" },
        "x-hasura-allowed-roles": { path: "$.roles" },
      };
      expect(shape(open)).to.have.all.keys("claimsFormat", "claimsMap", "header");
      expect(shape(open, { allowedRoles: ["a", "b"] })).to.deep.include({
        defaultRole: "a",
        allowedRoles: ["a", "b"],
      });
      const literal = { ...open, "x-hasura-default-role": { literal: "editor" } };
      expect(shape(literal, { allowedRoles: ["viewer", "editor"] })).to.deep.include({
        defaultRole: "editor",
      });
    });
  });

  describe("refusals", () => {
    const holds = "holds a Frontend API that";
    const inKey = (text: string) =>
      resolveIdentity({ publishableKey: `pk_live_${Buffer.from(`${text}$`).toString("base64")}` });
    itRefuses(inKey, "identity.publishableKey", [
      [
        "a key of a loopback address",
        "127.0.0.1:4000",
        `${holds} means the engine's own container, where no issuer listens; write a host name that the container can reach`,
      ],
      [
        "a key of an address",
        "10.1.2.3:80",
        `${holds} is an IP address; Clerk's Frontend API is a host name. Use identity.jwksUrl for an issuer at an address`,
      ],
      [
        "a key of an http address",
        "http://clerk.example.com",
        `${holds} starts with http; Clerk's Frontend API answers on https only. For a test issuer without TLS use identity.jwksUrl with identity.allowHttpJwks`,
      ],
    ]);
    itRefuses(untyped, "identity", [
      ["no key", {}, `names no key; ${CHOICE}`],
      ["nulls for keys", { publishableKey: null, jwksUrl: undefined }, `names no key; ${CHOICE}`],
      [
        "two keys",
        { publishableKey: PK, jwksUrl: JWKS },
        `sets publishableKey and jwksUrl; ${CHOICE}`,
      ],
      [
        "three keys",
        { frontendApi: HOST, jwksUrl: JWKS, signingKey: { algorithm: "HS256", key: KEY } },
        `sets frontendApi and jwksUrl and signingKey; ${CHOICE}`,
      ],
    ]);
    itRefuses(untyped, "identity.publishableKey", [
      ["a number for a key", { publishableKey: 5 }, "is a number; text is wanted"],
      [
        "an empty key",
        { publishableKey: "" },
        "is empty; copy the key again from Clerk's dashboard (API keys)",
      ],
    ]);
    itRefuses(untyped, "identity.signingKey", [
      ["a text for a signing key", { signingKey: KEY }, "is text; an object is wanted"],
    ]);
    itRefuses(untyped, "identity.signingKey.key", [
      ["a signing key without a key", { signingKey: { algorithm: "HS256" } }, "is missing; set it"],
    ]);
    itRefuses(untyped, "identity.signingKey.algorithm", [
      ["a signing key without an algorithm", { signingKey: { key: KEY } }, "is missing; set it"],
    ]);
    itRefuses(untyped, "identity.audience", [
      [
        "a text for a list",
        { frontendApi: HOST, audience: "x" },
        "is text; a list of texts is wanted",
      ],
    ]);
    itRefuses(untyped, "identity.allowedRoles[1]", [
      [
        "a null in a list",
        { frontendApi: HOST, allowedRoles: ["user", null] },
        "is empty; remove it or give a text",
      ],
      [
        "a number in a list",
        { frontendApi: HOST, allowedRoles: ["user", 1] },
        "is a number; text is wanted",
      ],
    ]);
    itRefuses(untyped, "identity.allowHttpJwks", [
      [
        "a text for a switch",
        { frontendApi: HOST, allowHttpJwks: "yes" },
        "is text; true or false is wanted",
      ],
    ]);
    itRefuses(untyped, "identity.allowedSkewSeconds", [
      [
        "a text for a number",
        { frontendApi: HOST, allowedSkewSeconds: "5" },
        "is text; a number is wanted",
      ],
    ]);
    itRefuses(untyped, "identity.claimsMap", [
      [
        "a list for a map",
        { frontendApi: HOST, claimsMap: [] },
        "is a list; an object of session variables is wanted",
      ],
    ]);
    itRefuses(untyped, 'identity.claimsMap["x-hasura-a"]', [
      [
        "a bare path in a map",
        { frontendApi: HOST, claimsMap: { ...MAP, "x-hasura-a": "$.a" } },
        "must be an object with literal, literals or path",
      ],
      [
        "an unknown field in a map",
        { frontendApi: HOST, claimsMap: { ...MAP, "x-hasura-a": { value: "a" } } },
        'has the unknown field "value"; allowed: path, default, defaults, literal, literals',
      ],
    ]);
    itRefuses(untyped, "identity.header.type", [
      [
        "a header without a type",
        { frontendApi: HOST, header: { name: "x" } },
        "is missing; set it",
      ],
    ]);
    for (const [name, value] of [
      ["claimsNamespace", "a"],
      ["claimsNamespacePath", "$.a"],
      ["claimsFormat", "json"],
    ] as const) {
      itRefuses(untyped, `identity.${name}`, [
        [
          `${name} beside a claims map`,
          { frontendApi: HOST, claimsMap: MAP, [name]: value },
          BESIDE,
        ],
      ]);
    }
    itRefuses(untyped, "identity.defaultRole", [
      [
        "a default role that the map contradicts",
        { frontendApi: HOST, claimsMap: MAP, defaultRole: "editor" },
        'contradicts "x-hasura-default-role" of identity.claimsMap; say it in one place',
      ],
    ]);
    itRefuses(untyped, "identity.allowedRoles", [
      [
        "allowed roles that the map contradicts",
        { frontendApi: HOST, claimsMap: MAP, allowedRoles: ["user", "editor"] },
        'contradicts "x-hasura-allowed-roles" of identity.claimsMap; say it in one place',
      ],
    ]);

    it("names an unknown setting and all that are known", () => {
      const [problem] = untyped({ frontendApi: HOST, clerkKey: "x" }).problems ?? [];
      expect(problem?.path).to.equal("identity");
      expect(problem?.reason).to.match(
        /^has the unknown field "clerkKey"; allowed: publishableKey, .*allowHttpJwks$/,
      );
    });

    it("reports the problems of every setting in one call", () => {
      const paths = resolveIdentity({
        publishableKey: "sk_test_x",
        jwksUrl: "http://x",
        signingKey: { algorithm: "XX", key: "" },
        issuer: "a b",
        audience: [],
        allowedSkewSeconds: -1,
        claimsFormat: "x",
        claimsNamespace: "",
        claimsNamespacePath: "$$",
        header: { type: "x" },
        defaultRole: "admin",
        allowedRoles: [],
        unauthorizedRole: "",
      }).problems?.map(({ path }) => path.replace("identity.", ""));
      expect(paths).to.have.members([
        "identity",
        "publishableKey",
        "jwksUrl",
        "signingKey.algorithm",
        "signingKey.key",
        "issuer",
        "audience",
        "allowedSkewSeconds",
        "claimsFormat",
        "claimsNamespace",
        "claimsNamespacePath",
        "claimsNamespacePath",
        "header.type",
        "defaultRole",
        "allowedRoles",
        "unauthorizedRole",
      ]);
    });

    it("never echoes a secret, whichever setting it was pasted into", () => {
      const secret = fc.oneof(
        fc
          .stringMatching(/^[A-Za-z0-9]{40}$/)
          .map((tail) => ({ text: `sk_live_${tail}`, canary: tail })),
        fc.stringMatching(/^[A-Za-z0-9+/]{44}$/).map((text) => ({ text, canary: text })),
        fc.stringMatching(/^[a-f0-9]{64}$/).map((text) => ({ text, canary: text })),
        fc.constant({ text: rsa.privateKey, canary: rsa.privateKey.slice(40, 60) }),
      );
      const place = fc.constantFrom<(text: string) => unknown>(
        (text) => ({ publishableKey: text }),
        (text) => ({ frontendApi: text }),
        (text) => ({ frontendApi: `https://u:${text}@clerk.example.com` }),
        (text) => ({ jwksUrl: text }),
        (text) => ({ jwksUrl: `https://u:${text}@i.example.com/k` }),
        (text) => ({ signingKey: { algorithm: text, key: text } }),
        (text) => ({ signingKey: { algorithm: "RS256", key: text } }),
        (text) => ({ signingKey: text }),
        (text) => ({ jwksUrl: JWKS, issuer: `${text}/.well-known/jwks.json` }),
        (text) => ({ jwksUrl: JWKS, audience: [text, text] }),
        (text) => ({ jwksUrl: JWKS, claimsFormat: text }),
        (text) => ({ jwksUrl: JWKS, claimsNamespacePath: `${text}*` }),
        (text) => ({ jwksUrl: JWKS, header: { type: text } }),
        (text) => ({ jwksUrl: JWKS, header: { type: "Cookie", name: `${text}:` } }),
        (text) => ({ jwksUrl: JWKS, claimsMap: { [text]: { path: text } } }),
        (text) => ({ jwksUrl: JWKS, defaultRole: text, allowedRoles: ["a"] }),
        (text) => ({ jwksUrl: JWKS, allowedRoles: [text, text] }),
        (text) => ({ jwksUrl: JWKS, [text]: "x" }),
      );
      fc.assert(
        fc.property(place, secret, (build, { text, canary }) => {
          const { problems } = untyped(build(text));
          expect(problems?.length).to.be.greaterThan(0);
          expect(JSON.stringify(problems)).not.to.contain(canary);
          for (const { reason, path } of problems ?? [])
            expect(path + reason).not.to.match(/[\r\n]/);
        }),
        { numRuns: 1000 },
      );
    });

    it("answers anything at all without throwing", () => {
      const fields = [
        "publishableKey",
        "frontendApi",
        "jwksUrl",
        "signingKey",
        "claimsMap",
        "header",
        "audience",
        "allowedRoles",
        "issuer",
      ];
      fc.assert(
        fc.property(
          fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...fields), fc.anything())),
          (input) => {
            const { value, problems } = untyped(input);
            expect((value === undefined) !== (problems === undefined)).to.equal(true);
          },
        ),
        { numRuns: 1000 },
      );
    });
  });
});
