import { maskSecrets } from "../../infra/remote/maskSecrets";
import { mayBeSecret } from "../../infra/validation/problems";
import { maskPlaces } from "../../infra/validation/secretPlaces";
import { nameOf } from "./mergeSteps";

const LONGEST = 600;
const RUN = /[A-Za-z0-9+/=_-]{32,}/g;
const URN = /urn:pulumi:[^\s"'`]+/g;
const MASK = "***";

/**
 * A message without what may be a secret: a provider's error text can hold a password that the engine does not know of.
 * Names of resources stay, however long they are. `secrets` are masked in every encoding, whatever stands around them.
 */
export function maskMessage(
  message: string,
  names: ReadonlySet<string>,
  secrets: readonly string[] = [],
): string {
  // Cut first, so that a message of megabytes costs no time.
  const plain = maskSecrets(message.slice(0, 4 * LONGEST), secrets)
    .replace(/^\s*(?:error|warning):\s*/i, "")
    .replace(URN, (urn) => nameOf(urn.replace(/[.,;:)]+$/, "")) || MASK);
  const text = maskPlaces(plain, MASK).replace(RUN, (run) =>
    names.has(run) || !mayBeSecret(run) ? run : MASK,
  );
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
