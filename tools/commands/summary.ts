import { npmRun } from "../commandLine";
import type { Part } from "../setup/parts";

/** Whether an update changed nothing, by Pulumi's closing counts. */
export function changedNothing(text: string) {
  const block = /^Resources:\n((?: +.+\n)+)/m.exec(text)?.[1];
  if (block === undefined) return false;
  const lines = block.trim().split("\n");
  return lines.every((line) => /^\s*\d+ unchanged$/.test(line));
}

/** Returns who signs the stack's tokens: "stack" if it holds the signing key. */
export function signerOf({
  jwtSecret,
  jwksUrl,
  templateName,
}: Record<string, unknown>): "stack" | "keyHolder" | "clerk" {
  const parsed = parsedObject(jwtSecret);
  const type = parsed?.type;
  if (typeof type !== "string" || parsed?.jwk_url !== undefined) return "clerk";
  if (type.startsWith("HS")) return "stack";
  // Clerk holds the private half of a pinned key and of a template's key.
  return jwksUrl || templateName ? "clerk" : "keyHolder";
}

export function parsedObject(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== "string") {
    return value !== null && typeof value === "object" ? { ...value } : undefined;
  }
  try {
    return parsedObject(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/** Returns the header of a request with the token "TOKEN". */
export function headerWithToken(header: unknown) {
  const { type, name } = parsedObject(header) ?? {};
  if (type === "Cookie") return `Cookie: ${name}=TOKEN`;
  return type === "CustomHeader" ? `${name}: TOKEN` : "Authorization: Bearer TOKEN";
}

export interface Summary {
  stack: string;
  endpoint: string;
  websocketEndpoint: string;
  issuer: string;
  signer: "stack" | "keyHolder" | "clerk";
  /** Name of Clerk's JWT template; empty without one. */
  templateName: string;
  /** Request header with the token "TOKEN". */
  tokenHeader: string;
  /** A first query for a user. */
  query: string;
  parts: Part[];
  unchanged: boolean;
}

function tokenCommand({ stack, signer }: Summary) {
  const key = signer === "keyHolder" ? ["--private-key FILE"] : [];
  return npmRun("token", stack, "--user user_1", ...key);
}

function tokenOfClerk({ templateName, issuer }: Summary) {
  const template = templateName && `{ template: ${JSON.stringify(templateName)} }`;
  return `from your app: await getToken(${template}) of a signed-in user (${issuer} signs)`;
}

function curlLine(summary: Summary) {
  const { endpoint, signer, query } = summary;
  const silent = tokenCommand(summary).replace("npm run", "npm run --silent");
  const token = signer === "clerk" ? "TOKEN" : `$(${silent})`;
  const header = summary.tokenHeader.replace("TOKEN", () => token);
  return `curl -sS ${endpoint} -H 'Content-Type: application/json' -H "${header}" -d '${JSON.stringify({ query })}'`;
}

/** Returns the summary after `up`; holds no secret. */
export function summaryText(summary: Summary) {
  const { stack, unchanged, parts } = summary;
  const named = stack === "dev" ? "" : ` --stack ${stack}`;
  const token = summary.signer === "clerk" ? tokenOfClerk(summary) : tokenCommand(summary);
  const lines = [
    unchanged ? `Stack ${stack} is up; nothing changed.` : `Stack ${stack} is up.`,
    "",
    `  GraphQL       ${summary.endpoint}`,
    `  WebSocket     ${summary.websocketEndpoint}`,
    `  get a token   ${token}`,
    `  try it        ${curlLine(summary)}`,
    `  admin secret  npx pulumi stack output adminSecret --show-secrets${named}`,
    `  stop          ${npmRun("down", stack)}`,
  ];
  const doubles = parts.filter((part) => part.kind === "double").map((part) => part.name);
  if (doubles.length > 0) {
    lines.push("", `Doubles, not the real parts, on this machine: ${doubles.join(", ")}.`);
  }
  return `${lines.join("\n")}\n`;
}
