import {
  holdsSecretKey,
  invalid,
  type Result,
  SECRET_KEY_REASON,
  valid,
} from "../validation/problems";

/** What kind of Clerk instance a key belongs to. */
export const ClerkInstance = {
  Development: "development",
  Production: "production",
} as const;
export type ClerkInstance = (typeof ClerkInstance)[keyof typeof ClerkInstance];

/** A publishable key, taken apart. */
export interface PublishableKey {
  /** From the prefix alone, never from the host (as in @clerk/shared). */
  instance: ClerkInstance;
  /** The Frontend API as the key holds it: usually a host, unchecked. */
  frontendApi: string;
}

const COPY = "copy the key again from Clerk's dashboard (API keys)";

/**
 * Reads a publishable key as @clerk/shared does: prefix, exactly three parts between underscores, base64 with or
 * without padding, one `$` and that at the end, a dot before it.
 */
export function parsePublishableKey(
  key: string,
  path = "identity.publishableKey",
): Result<PublishableKey> {
  const reason = prefixProblem(key);
  if (reason !== undefined) return invalid(path, reason);
  const parts = key.split("_");
  if (parts.length !== 3) {
    return invalid(path, `has ${parts.length} parts between underscores instead of 3; ${COPY}`);
  }
  const encoded = parts[2] ?? "";
  if (encoded === "") return invalid(path, `ends right after its prefix; ${COPY}`);
  const decoded = decodeBase64(encoded);
  if (decoded === undefined) return invalid(path, `is not base64 after its prefix; ${COPY}`);
  const wrong = decodedProblem(decoded);
  if (wrong !== undefined) return invalid(path, wrong);
  const instance = key.startsWith("pk_live_")
    ? ClerkInstance.Production
    : ClerkInstance.Development;
  return valid({ instance, frontendApi: decoded.slice(0, -1) });
}

function prefixProblem(key: string): string | undefined {
  if (key === "") return `is empty; ${COPY}`;
  if (holdsSecretKey(key)) return SECRET_KEY_REASON;
  if (/\s/.test(key)) return "holds white space or a line break; remove it";
  if (/^["'`].*["'`]$/.test(key)) return "is wrapped in quotation marks; remove them";
  if (/^[A-Z_]+=/.test(key)) return "is a line of an env file; keep only what follows the =";
  if (/^pk_(?:test|live)_/.test(key)) return undefined;
  if (/^pk_(?:test|live)_/i.test(key)) return "must begin with pk_test_ or pk_live_ in lower case";
  if (key.startsWith("pk_")) return `must begin with pk_test_ or pk_live_; ${COPY}`;
  if (key.startsWith("https://") || key.startsWith("http://")) {
    return "is a URL; move it to identity.frontendApi (Clerk) or identity.jwksUrl (another issuer)";
  }
  return `is not a publishable key: it must begin with pk_test_ or pk_live_; ${COPY}`;
}

function decodedProblem(decoded: string): string | undefined {
  if (!decoded.endsWith("$")) return `is cut off or altered: its text must end with $; ${COPY}`;
  const host = decoded.slice(0, -1);
  if (host.includes("$")) return `is altered: its text holds more than one $; ${COPY}`;
  if (!host.includes(".")) return "holds a host without a dot, which Clerk's libraries refuse too";
  return undefined;
}

/** `atob` itself, because its tolerance (optional padding, no other alphabet) is the rule Clerk's library has. */
function decodeBase64(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}
