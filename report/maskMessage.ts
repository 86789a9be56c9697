import { mayBeSecret } from "../infra/secrecy/credentials";
import { maskSecrets } from "../infra/secrecy/maskSecrets";
import { maskPlaces } from "../infra/secrecy/secretPlaces";
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
  const plain = maskSecrets(message.slice(0, 4 * LONGEST), secrets);
  return cut(maskAll(plain.replace(/^\s*(?:error|warning):\s*/i, ""), names));
}

/** One line in the same way; its start stays, which may be an indentation that means something. */
export function maskLine(line: string): string {
  return cut(maskAll(line.slice(0, 4 * LONGEST), new Set()));
}

function maskAll(text: string, names: ReadonlySet<string>): string {
  const plain = text.replace(URN, (urn) => nameOf(urn.replace(/[.,;:)]+$/, "")) || MASK);
  return maskPlaces(plain, MASK).replace(RUN, (run) =>
    names.has(run) || !mayBeSecret(run) ? run : MASK,
  );
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
