import { environmentSecrets, mayBeSecret } from "../infra/secrecy/credentials";
import { maskSecrets } from "../infra/secrecy/maskSecrets";
import { maskPlaces } from "../infra/secrecy/secretPlaces";
import { nameOf } from "./read/preview";

const LONGEST = 600;
const RUN = /[A-Za-z0-9+/=_-]{32,}/g;
const URN = /urn:pulumi:[^\s"'`]+/g;
/** A migration's place, which no secret in base64 looks like: that alphabet has a slash or an underscore. */
const MIGRATION = /^(?:[\w-]+\/)*migrations\/[\w-]+\/\d+_[\w-]+(?:\/up)?$/;
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
  return maskAll(plain.replace(/^\s*(?:error|warning):\s*/i, ""), names);
}

const KEY_STARTS = /-----BEGIN/;
const KEY_ENDS = /-----END/;
/** A line of a key, behind what a diff puts before it. */
const KEY_BODY = /^[\s+~-]*[A-Za-z0-9+/=]*\s*$/;

/**
 * What a command printed, without what may be a secret: each line like a message of a report, a key over its lines, and the
 * secrets of the environment wherever they stand.
 */
export function maskLines(text: string, env: NodeJS.ProcessEnv): string {
  // A character that nobody sees would keep a word from being recognized, and is dropped later.
  const visible = text.replace(/[^\P{Cc}\n\t]/gu, "");
  const lines = maskSecrets(visible, environmentSecrets(env)).split("\n");
  let inKey = false;
  return lines
    .flatMap((line) => {
      const hidden = inKey && (KEY_ENDS.test(line) || KEY_BODY.test(line));
      inKey = (hidden || KEY_STARTS.test(line)) && !KEY_ENDS.test(line);
      // Its start stays, which may be an indentation that means something.
      return hidden ? [] : [maskAll(line.slice(0, 4 * LONGEST), new Set())];
    })
    .join("\n");
}

function maskAll(text: string, names: ReadonlySet<string>): string {
  const plain = text.replace(URN, (urn) => nameOf(urn.replace(/[.,;:)]+$/, "")) || MASK);
  const masked = maskPlaces(plain, MASK).replace(RUN, (run) =>
    names.has(run) || MIGRATION.test(run) || !mayBeSecret(run) ? run : MASK,
  );
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}…` : masked;
}
