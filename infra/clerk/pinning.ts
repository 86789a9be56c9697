import { type ProblemList, quoted } from "../validation/problems";
import { JwksMode } from "./claimsSource";
import type { ShapedIdentity } from "./identityShape";
import { isSet } from "./keySource";

/** Checks what is said about pinning against the key source it would apply to. */
export function checkPinning(input: ShapedIdentity, path: string, problems: ProblemList): void {
  const { jwks, pinnedKeyId } = input;
  const modes: string[] = Object.values(JwksMode);
  if (jwks !== undefined && !modes.includes(jwks)) {
    problems.add(`${path}.jwks`, `${quoted(jwks)} is unknown; allowed: ${modes.join(", ")}`);
  }
  if (jwks === JwksMode.Pinned && isSet(input, "signingKey", problems)) {
    problems.add(
      `${path}.jwks`,
      "has nothing to pin, because signingKey is the key; remove one of the two",
    );
  }
  if (pinnedKeyId === undefined) return;
  if (jwks !== JwksMode.Pinned) {
    problems.add(
      `${path}.pinnedKeyId`,
      "has no effect unless jwks is pinned; remove it, or pin the key",
    );
  }
  if (pinnedKeyId === "" || /[\s\p{Cc}]/u.test(pinnedKeyId)) {
    problems.add(`${path}.pinnedKeyId`, "is no key id; copy the kid of one key of the set");
  }
}
