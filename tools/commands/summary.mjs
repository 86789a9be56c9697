/**
 * Whether an update changed nothing, by the counts that Pulumi prints at its end.
 * @param {string} text What `pulumi up` printed.
 */
export function changedNothing(text) {
  const block = /^Resources:\n((?: +.+\n)+)/m.exec(text)?.[1];
  if (block === undefined) return false;
  const lines = block.trim().split("\n");
  return lines.every((line) => /^\s*\d+ unchanged$/.test(line));
}

/**
 * Who signs the tokens of a stack.
 * @param {Record<string, unknown>} outputs The stack's outputs.
 * @returns {"stack" | "keyHolder" | "clerk"} "stack" where the stack holds the key that signs.
 */
export function signerOf({ jwtSecret, jwksUrl, templateName }) {
  const parsed = parsedObject(jwtSecret);
  const type = parsed?.type;
  if (typeof type !== "string" || parsed?.jwk_url !== undefined) return "clerk";
  if (type.startsWith("HS")) return "stack";
  // A pinned key is Clerk's, and the private half of a template's key is in Clerk alone.
  return jwksUrl || templateName ? "clerk" : "keyHolder";
}

/**
 * @param {unknown} value A JSON object, or its text.
 * @returns {Record<string, unknown> | undefined}
 */
export function parsedObject(value) {
  if (typeof value !== "string") {
    return value !== null && typeof value === "object" ? { ...value } : undefined;
  }
  try {
    return parsedObject(JSON.parse(value));
  } catch {
    return undefined;
  }
}

/**
 * How a request carries the token "TOKEN".
 * @param {unknown} header Header of the stack's token shape: type and name.
 */
export function headerWithToken(header) {
  const { type, name } = parsedObject(header) ?? {};
  if (type === "Cookie") return `Cookie: ${name}=TOKEN`;
  return type === "CustomHeader" ? `${name}: TOKEN` : "Authorization: Bearer TOKEN";
}

/**
 * @typedef {object} Summary
 * @property {string} stack
 * @property {string} endpoint
 * @property {string} websocketEndpoint
 * @property {string} issuer
 * @property {"stack" | "keyHolder" | "clerk"} signer
 * @property {string} templateName Clerk's template that apps ask for; empty without one.
 * @property {string} tokenHeader Request header with the token "TOKEN".
 * @property {import("../setup/partsChoice.mjs").Part[]} parts
 * @property {boolean} unchanged
 */

/** @param {Summary} summary */
function tokenCommand({ stack, signer }) {
  const named = stack === "dev" ? "" : ` --stack ${stack}`;
  const key = signer === "keyHolder" ? " --private-key FILE" : "";
  return `npm run token -- --user user_123${named}${key}`;
}

/** @param {Summary} summary */
function tokenOfClerk({ templateName, issuer }) {
  const template = templateName && `{ template: ${JSON.stringify(templateName)} }`;
  return `from your app: await getToken(${template}) of a signed-in user (${issuer} signs)`;
}

/** @param {Summary} summary */
function curlLine(summary) {
  const { endpoint, signer } = summary;
  const silent = tokenCommand(summary).replace("npm run", "npm run --silent");
  const token = signer === "clerk" ? "TOKEN" : `$(${silent})`;
  const header = summary.tokenHeader.replace("TOKEN", () => token);
  return `curl -sS ${endpoint} -H 'Content-Type: application/json' -H "${header}" -d '{"query":"{ __typename }"}'`;
}

/**
 * What a person needs to know after `up`; holds no secret.
 * @param {Summary} summary
 */
export function summaryText(summary) {
  const { stack, unchanged, parts } = summary;
  const named = stack === "dev" ? "" : ` --stack ${stack}`;
  const token = summary.signer === "clerk" ? tokenOfClerk(summary) : tokenCommand(summary);
  const lines = [
    unchanged ? `Stack ${stack} is up; nothing changed.` : `Stack ${stack} is up.`,
    "",
    `  GraphQL       ${summary.endpoint}`,
    `  WebSocket     ${summary.websocketEndpoint}`,
    `  a token       ${token}`,
    `  try it        ${curlLine(summary)}`,
    `  admin secret  npx pulumi stack output adminSecret --show-secrets${named}`,
    `  stop          npm run down${named && ` --${named}`}`,
  ];
  const doubles = parts.filter((part) => part.kind === "double").map((part) => part.name);
  if (doubles.length > 0) {
    lines.push("", `Stand-ins, not the real parts, on this machine: ${doubles.join(", ")}.`);
  }
  return `${lines.join("\n")}\n`;
}
