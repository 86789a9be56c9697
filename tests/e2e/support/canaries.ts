import { spellingsOf } from "../../support/encodings";

/** A value that must be seen nowhere, and what it is. */
export interface Canary {
  what: string;
  value: string;
}

/** Names every canary that a text holds, in any of six encodings; the values themselves are not named. */
export function leaksIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.flatMap(({ what, value }) =>
    Object.entries(spellingsOf(value))
      .filter(([, spellings]) => spellings.some((one) => text.includes(one)))
      .map(([how]) => `${what} ${how}`),
  );
}

interface Exported {
  deployment?: {
    resources?: { type: string; urn: string; outputs?: Record<string, unknown> }[];
  };
}

function plainOf(value: unknown): string {
  const { plaintext } = (value ?? {}) as { plaintext?: string };
  if (typeof plaintext === "string") return String(JSON.parse(plaintext));
  return typeof value === "string" ? value : "";
}

/** Every password that the stack has generated, out of an export with its secrets in plain. */
export function generatedPasswords(exported: string): Canary[] {
  const { deployment } = JSON.parse(exported) as Exported;
  return (deployment?.resources ?? [])
    .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
    .map(({ urn, outputs }) => ({
      what: urn.split("::").at(-1) ?? urn,
      value: plainOf(outputs?.result),
    }));
}
