import { type CheckResult, check } from "./checkResult";
import { askGraphql, refusalOf, SEE_HEALTH, tokenHeaders } from "./engineRequest";
import { holdsKey, stackToken } from "./stackToken";
import type { ExaminedStack, StackSecret } from "./subject";

const NAME = check("refusal.missingClaims", "token without iss or aud");
const REFUSED = { iss: /JWTNotInIssuer/, aud: /JWTNotInAudience/ };

type Claim = keyof typeof REFUSED;
type Reaction = "accepted" | "refused" | { reason: string };

/** Claims that are compared, and whether a token has to have them. */
function comparedBy({ issuer, audience, required }: StackSecret): Map<Claim, boolean> {
  return new Map<Claim, boolean>([
    ...(issuer === undefined ? [] : [["iss", required.issuer] as const]),
    ...(audience === undefined ? [] : [["aud", required.audience] as const]),
  ]);
}

/**
 * Whether tokens without the compared claims are refused. Hasura compares iss and aud only if a token has them, unless the JWT secret
 * names them in `extra_required_claims`, which engines know since v2.49.4 (its release notes; JWTSpec.hs).
 */
export async function checkMissingClaims(stack: ExaminedStack): Promise<CheckResult> {
  const compared = comparedBy(stack.secret);
  const names = [...compared.keys()].join(" and ");
  if (names === "") {
    return NAME.skipped("not checked: this stack compares neither", "set identity.issuer");
  }
  const required = [...compared.values()].every(Boolean);
  const byDesign = NAME.info(
    `Hasura compares ${names} only if a token has them`,
    "let every holder of the key write them; an engine of v2.49.4 or newer can require them",
  );
  if (!holdsKey(stack)) return required ? NAME.ok(`the JWT secret requires ${names}`) : byDesign;
  const found = new Map<Claim, Reaction>();
  for (const claim of compared.keys()) found.set(claim, await sendWithout(claim, stack));
  for (const response of found.values()) {
    if (typeof response !== "string")
      return NAME.skipped(`not checked: ${response.reason}`, SEE_HEALTH);
  }
  const accepted = [...found].filter(([, response]) => response === "accepted");
  if (accepted.length === 0) return NAME.ok(`refused where it lacks ${names}`);
  if (!accepted.some(([claim]) => compared.get(claim))) return byDesign;
  return NAME.failed(
    `one without ${accepted.map(([claim]) => claim).join(" and ")} is accepted, although the JWT secret requires it`,
    "set hasura.image to v2.49.4 or newer, whose engine knows extra_required_claims",
  );
}

async function sendWithout(claim: Claim, stack: ExaminedStack): Promise<Reaction> {
  const token = await stackToken(stack, { without: claim });
  if (token === undefined) return { reason: "no token can hold the claims of this stack's map" };
  const response = await askGraphql(stack, "{ __typename }", tokenHeaders(stack, token));
  const refusal = refusalOf(response, stack);
  if (refusal === undefined) return "accepted";
  if (response.failure === undefined && REFUSED[claim].test(refusal.message)) return "refused";
  return { reason: `the engine says ${refusal.code} "${refusal.message}"` };
}
