import type { ShapedIdentity } from "../../../infra/clerk/identityShape";
import { writeJwtSecret } from "../../../infra/clerk/jwtSecret";
import type { MintOptions } from "../../../tools/token/mintToken";
import { resolveIdentity } from "../clerk/soundIdentity";

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
