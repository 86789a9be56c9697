/** A value that must be seen nowhere, and what it is. */
export interface Canary {
  what: string;
  value: string;
}

function encodings(value: string): Record<string, string> {
  const bytes = Buffer.from(value);
  return {
    plain: value,
    "as JSON": JSON.stringify(value).slice(1, -1),
    "as base64": bytes.toString("base64").replace(/=+$/, ""),
    "as base64url": bytes.toString("base64url"),
    "percent-encoded": encodeURIComponent(value),
    "as hex": bytes.toString("hex"),
  };
}

/** Names every canary that a text holds, in any of six encodings; the values themselves are not named. */
export function leaksIn(text: string, canaries: readonly Canary[]): string[] {
  return canaries.flatMap(({ what, value }) =>
    Object.entries(encodings(value))
      .filter(([, encoded]) => text.includes(encoded))
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
