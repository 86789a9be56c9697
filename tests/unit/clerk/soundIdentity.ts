import { expect } from "chai";
import { type ResolvedIdentity, readIdentity } from "../../../infra/clerk/identity";
import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { writeJwtSecret } from "../../../infra/clerk/jwtSecret";
import { ProblemList, type Result } from "../../../infra/validation/problems";
import type { MintOptions } from "../../../tools/token/mintToken";

export const HOST = "happy-hippo-1.clerk.accounts.dev";
export const PK = `pk_test_${Buffer.from(`${HOST}$`).toString("base64")}`;
export const JWKS = `https://${HOST}/.well-known/jwks.json`;
export const NAMESPACE = "https://hasura.io/jwt/claims";
export const KEY = "k".repeat(32);
export const MAP = {
  "x-hasura-default-role": { literal: "user" },
  "x-hasura-allowed-roles": { literals: ["user"] },
  "x-hasura-user-id": { path: "$.sub" },
};

/** The JWT secret of settings that must be sound. */
export function secretOf(input: ShapedIdentity, requireClaims = true): string {
  const { value, problems } = resolveIdentity(input);
  expect(problems).to.equal(undefined);
  return value === undefined ? "" : writeJwtSecret(value, requireClaims);
}

/** For settings that a compiler would refuse, but configuration and other languages can hold. */
export function untyped(input: unknown): ReturnType<typeof resolveIdentity> {
  return resolveIdentity(input);
}

/** The identity that plain settings come to, or every problem with them. */
export function resolveIdentity(settings: unknown): Result<ResolvedIdentity> {
  const problems = new ProblemList();
  const { identity } = readIdentity(settings, problems);
  if (identity !== undefined) return problems.toResult(identity);
  if (problems.size === 0) throw new Error("an identity has neither a value nor problems");
  return { problems: problems.list() };
}

export type { MintOptions } from "../../../tools/token/mintToken";
export const SHARED_KEY = "k".repeat(64);
export const hs256 = { algorithm: "HS256", key: SHARED_KEY };

/** What a token's minter knows of a stack with this identity. */
export function stack(
  input: ShapedIdentity,
): Pick<MintOptions, "secret" | "tokenShape" | "issuer"> {
  const { value } = resolveIdentity(input);
  if (value === undefined) throw new Error("the test's identity is unsound");
  const secret = JSON.parse(writeJwtSecret(value, true));
  const { tokenShape, issuer } = value;
  return { secret, tokenShape, ...(issuer === undefined ? {} : { issuer }) };
}
