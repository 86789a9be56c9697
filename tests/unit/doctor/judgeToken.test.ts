import { generateKeyPairSync } from "node:crypto";
import { expect } from "chai";
import { EngineError } from "../../../airgap/doubles/hasura/engineError";
import { parseJwtSecret } from "../../../airgap/doubles/hasura/jwtSecret";
import { readHasuraClaims } from "../../../airgap/doubles/hasura/tokenClaims";
import { verifyToken } from "../../../airgap/doubles/hasura/verifyToken";
import type { VerificationKey } from "../../../infra/doctor/judgeSignature";
import { judgeToken } from "../../../infra/doctor/judgeToken";
import { readStackSecret, type StackSecret } from "../../../infra/doctor/subject";
import { FORM_CASES } from "./cases/formCases";
import { MAP_CASES } from "./cases/mapCases";
import { PARTY_CASES } from "./cases/partyCases";
import { PLACE_CASES } from "./cases/placeCases";
import { SIGNATURE_CASES } from "./cases/signatureCases";
import { TIME_CASES } from "./cases/timeCases";
import { ISSUER, KEY, NAMESPACE, type TokenCase } from "./cases/tokenCase";
import { VALUE_CASES } from "./cases/valueCases";
import { signToken } from "./signToken";

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
    ...claims,
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
