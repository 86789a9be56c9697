import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { EngineError } from "../../../airgap/doubles/hasura/engineError";
import { parseJwtSecret } from "../../../airgap/doubles/hasura/jwtSecret";
import { readHasuraClaims } from "../../../airgap/doubles/hasura/tokenClaims";
import { verifyToken } from "../../../airgap/doubles/hasura/verifyToken";
import type { VerificationKey } from "../../../infra/doctor/judgeSignature";
import { judgeToken } from "../../../infra/doctor/judgeToken";
import { readStackSecret, type StackSecret } from "../../../infra/doctor/subject";
import { signToken } from "./checkup";
import { PARTY_CASES, PLACE_CASES, VALUE_CASES } from "./claimCases";
import { SIGNATURE_CASES, TIME_CASES } from "./signatureCases";
import { FORM_CASES, ISSUER, KEY, MAP_CASES, NAMESPACE, ROLES, type TokenCase } from "./tokenCases";

const CASES = [
  FORM_CASES,
  SIGNATURE_CASES,
  TIME_CASES,
  PARTY_CASES,
  PLACE_CASES,
  MAP_CASES,
  VALUE_CASES,
].flat();

function secretText({ secret = {} }: TokenCase): string {
  const base = { type: "HS256", key: KEY, issuer: ISSUER, claims_namespace: NAMESPACE };
  return JSON.stringify({ ...base, ...secret });
}

function tokenOf({ pasted, claims = {}, hasura = {}, signer }: TokenCase): string {
  if (pasted !== undefined) return pasted;
  const now = Math.floor(Date.now() / 1000);
  const content = {
    "x-hasura-allowed-roles": ["user"],
    "x-hasura-default-role": "user",
    "x-hasura-user-id": "user_1",
    ...hasura,
  };
  const payload = {
    exp: now + 60,
    iat: now,
    nbf: now - 5,
    iss: ISSUER,
    sub: "user_1",
    [NAMESPACE]: content,
    ...(typeof claims === "function" ? claims(now) : claims),
  };
  return signToken(payload, signer ?? { algorithm: "HS256", key: KEY });
}

function keysOf({ key }: StackSecret): VerificationKey[] {
  if (key.kind === "shared") return [{ kind: "shared", key: key.key }];
  return key.kind === "public" ? [{ kind: "public", pem: key.pem }] : [];
}

function judged(one: TokenCase) {
  const secret = readStackSecret(secretText(one));
  if (secret === undefined) throw new Error("the test's secret cannot be read");
  return judgeToken(tokenOf(one), { secret, keys: keysOf(secret), now: Date.now() / 1000 });
}

/** What the engine's double says of the token, or undefined where it accepts it. */
async function engineSays(one: TokenCase): Promise<string | undefined> {
  const config = parseJwtSecret(secretText(one));
  if (!("keys" in config.source)) throw new Error("the test wants a key");
  const token = tokenOf(one)
    .trim()
    .replace(/^Bearer /, "");
  try {
    const found = readHasuraClaims(
      await verifyToken(token, config.source.keys, config),
      config.claims,
    );
    return found.allowedRoles.includes(found.defaultRole)
      ? undefined
      : "Your requested role is not in allowed roles";
  } catch (error) {
    if (error instanceof EngineError) return error.message;
    throw error;
  }
}

/** What the lines say that the engine says. */
function quotedTexts(findings: readonly string[]): string[] {
  return findings.flatMap((finding) =>
    [...finding.matchAll(/says (["'])(.*?)…?\)?\1(?:$|;)/g)].map(([, , text = ""]) => text.trim()),
  );
}

/** Newer engines quote names within a text, older ones do not. */
const unquoted = (text: string) => text.replaceAll('"', "");

const base: TokenCase = { what: "", line: "", outcome: "ok", finding: /./ };

describe("judging a token", () => {
  it("follows the engine's order, which compares the issuer first", () => {
    const ids = judged({ ...base, claims: { iss: "https://clerk.other.com", exp: 1 } })
      .filter(({ outcome }) => outcome === "failed")
      .map(({ id }) => id);
    expect(ids).to.deep.equal(["token.iss", "token.exp", "token.verdict"]);
  });

  it("takes a mapped registered claim that is null for absent, as the engine does", () => {
    const map = { "x-hasura-allowed-roles": ["user"], "x-hasura-default-role": "user" };
    const claims_map = { ...map, "x-hasura-user-id": { path: "$.sub" } };
    const lines = judged({ ...base, secret: { claims_map }, claims: { sub: null } });
    const line = lines.find(({ id }) => id === "token.claims");
    expect(line?.finding).to.include(`'JWT claim from claims_map, "x-hasura-user-id" not found'`);
  });

  const strangers: [string, string, RegExp][] = [
    ["of the stack's issuer", ISSUER, /key was rotated: let the app fetch a new token/],
    ["of another issuer", "https://clerk.other.com", /another Clerk instance/],
  ];
  for (const [what, iss, remedy] of strangers) {
    it(`leads out where the key of a token ${what} is not in the set`, () => {
      const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const key = pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      const [, ...rest] = signToken({ iss }, { algorithm: "RS256", key }).split(".");
      const header = Buffer.from('{"alg":"RS256","kid":"old"}').toString("base64url");
      const secret = readStackSecret(JSON.stringify({ jwk_url: `${ISSUER}/jwks`, issuer: ISSUER }));
      if (secret === undefined) throw new Error("the test's secret cannot be read");
      const pem = pair.publicKey.export({ type: "spki", format: "pem" }).toString();
      const keys: VerificationKey[] = [{ kind: "public", pem, kid: "new" }];
      const lines = judgeToken([header, ...rest].join("."), { secret, keys, now: 0 });
      expect(lines.find(({ id }) => id === "token.signature")?.remedy).to.match(remedy);
    });
  }

  for (const one of CASES) {
    describe(one.what, () => {
      it(`is told as ${one.outcome} by ${one.line}`, () => {
        const line = judged(one).find(({ id }) => id === one.line);
        expect(line, JSON.stringify(judged(one))).to.include({ outcome: one.outcome });
        expect(line?.finding).to.match(one.finding).and.not.include("\n");
        if (one.outcome !== "ok") expect(line?.remedy).to.match(/\w/);
      });

      it("is told as the engine sees it", async () => {
        const results = judged(one);
        const refused = results.some(({ outcome }) => outcome === "failed");
        const said = await engineSays(one);
        if (one.accepted) expect(said).to.equal(undefined);
        else expect(said !== undefined, said).to.equal(refused);
        const texts = quotedTexts(
          results.filter(({ outcome }) => outcome === "failed").map(({ finding }) => finding),
        );
        if (said !== undefined && texts.length > 0) {
          expect(
            texts.some((text) => unquoted(said).startsWith(unquoted(text))),
            `${said}\n${texts.join("\n")}`,
          ).to.equal(true);
        }
      });
    });
  }
});

const places = [
  { claims_namespace: NAMESPACE },
  { claims_namespace_path: "$.a[0]" },
  { claims_namespace: NAMESPACE, claims_format: "stringified_json" },
  {
    claims_map: {
      ...ROLES,
      "x-hasura-user-id": { path: "$.sub" },
      "x-hasura-org-id": { path: "$.o.id", default: "" },
    },
  },
];

function secretOf(place: object): StackSecret {
  const secret = readStackSecret(
    JSON.stringify({ type: "HS256", key: KEY, issuer: "i", audience: "a", ...place }),
  );
  if (secret === undefined) throw new Error("the test's secret cannot be read");
  return secret;
}

const CLAIMS = [
  "exp",
  "iat",
  "nbf",
  "iss",
  "aud",
  "sub",
  "sid",
  "v",
  "o",
  "a",
  "__proto__",
  NAMESPACE,
];
const HASURA = [
  "x-hasura-allowed-roles",
  "X-Hasura-Default-Role",
  "x-hasura-user-id",
  "x-hasura-\n",
  "__proto__",
];
const value = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...HASURA), fc.jsonValue()),
  fc.array(fc.dictionary(fc.constantFrom(...HASURA), fc.jsonValue())),
);
const payload = fc.dictionary(fc.constantFrom(...CLAIMS), value);

describe("judging any token", () => {
  it("never throws, and tells every line on one line with a remedy unless it is ok", () => {
    fc.assert(
      fc.property(payload, fc.constantFrom(...places), (claims, place) => {
        const token = signToken(claims, { algorithm: "HS256", key: KEY });
        const by = {
          secret: secretOf(place),
          keys: [{ kind: "shared" as const, key: KEY }],
          now: 1_700_000_000,
        };
        for (const { finding, remedy, outcome, title } of judgeToken(token, by)) {
          expect(`${title}${finding}${remedy ?? ""}`).to.not.match(/[\n\r]/);
          expect(remedy === undefined).to.equal(outcome === "ok");
          expect(finding).to.not.include(token.slice(-20));
        }
      }),
    );
  });

  it("never throws for any text, and never repeats it", () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (text) => {
        const pasted = `canary${text}`;
        const by = { secret: secretOf({}), keys: undefined, now: 1_700_000_000 };
        const results = judgeToken(pasted, by);
        expect(results).to.have.length(1);
        expect(JSON.stringify(results)).to.not.include("canary");
      }),
    );
  });
});
