import { JWKS_PATH } from "../clerk/frontendApi";
import { quoted } from "../validation/problems";
import { type CheckResult, failed, info, ok, skipped, warning } from "./checkResult";
import { decodeToken } from "./decodedToken";
import { issuerRemedy } from "./judgeParties";
import type { ExaminedStack } from "./subject";

const NAME = { id: "issuer", title: "issuer is that of the tokens" };

/**
 * Whether the configured issuer is the one that tokens name.
 * @param token One that the real issuer signed; without it the issuer is held against the address of the key set.
 */
export function checkIssuer(
  { secret, subject }: ExaminedStack,
  token: string | undefined,
): CheckResult {
  const { issuer } = secret;
  const { iss } = payloadOf(token);
  if (issuer === undefined) {
    const remedy = `set identity.issuer${typeof iss === "string" ? ` to ${quoted(iss)}` : ""}, so that another issuer's tokens are refused`;
    const finding = "none is configured, so any issuer's is accepted";
    // A key of the stack's own is in the hands of one signer; a key set's issuer may serve other applications.
    return secret.key.kind === "jwks"
      ? warning(NAME, finding, remedy)
      : info(NAME, `${finding} that signs with the stack's key`, remedy);
  }
  if (typeof iss === "string") {
    if (iss === issuer) return ok(NAME, `${quoted(issuer)}, as in the token`);
    return failed(
      NAME,
      `tokens name ${quoted(iss)}, but ${quoted(issuer)} is configured`,
      issuerRemedy(iss, issuer),
    );
  }
  const url = subject.jwksUrl || (secret.key.kind === "jwks" ? secret.key.url : "");
  if (url === "")
    return ok(NAME, `${quoted(issuer)}; this stack holds the key, so its signer decides`);
  if (!url.endsWith(JWKS_PATH)) {
    return skipped(
      NAME,
      `${quoted(issuer)}; no token to compare it with`,
      "give a token with --token -",
    );
  }
  const expected = url.slice(0, -JWKS_PATH.length);
  if (expected === issuer) return ok(NAME, `${quoted(issuer)}, from where the key set comes`);
  return info(
    NAME,
    `${quoted(issuer)}, but the key set comes from ${quoted(expected)}, which Clerk's tokens name`,
    "right with a proxy only; give a token with --token - to be sure, or set identity.issuer to that origin",
  );
}

function payloadOf(token: string | undefined): Record<string, unknown> {
  const decoded = token === undefined ? undefined : decodeToken(token);
  return decoded !== undefined && "payload" in decoded ? decoded.payload : {};
}
