import { DEFAULT_ROLE, roleProblem } from "../roles";
import { findShortcode } from "./shortcodes";
import type { Operand, TemplatePart } from "./templateText";

const UNSAFE = "user.unsafe_metadata";
const PUBLIC_FIELD = /^(?:user|org|org_membership)\.public_metadata\./;
/** Of these, the ones that belong to one user. */
const OWN_FIELD = /^(?:user|org_membership)\.public_metadata\./;

/**
 * Returns why a session variable with this value could be something else than text, or undefined: Hasura refuses the
 * whole token then, above all for null (JWT.hs, "parsing Text failed"). A metadata field is trusted to hold text,
 * because Clerk makes text of another type only where other text stands beside the shortcode. `example` is the literal
 * that the remedy falls back to.
 */
export function textValueProblem(parts: readonly TemplatePart[], example = ""): string | undefined {
  const lone = parts.length === 1;
  for (const { operands } of parts) {
    const reason = operands === undefined ? undefined : operandsProblem(operands, lone, example);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

function operandsProblem(
  operands: readonly Operand[],
  lone: boolean,
  example: string,
): string | undefined {
  for (const operand of operands) {
    const reason = operandProblem(operand, lone);
    if (reason !== undefined) return reason;
    if (isNeverFalsy(operand)) return undefined;
  }
  const last = operands.at(-1);
  if (last?.shortcode === undefined) return undefined;
  const written = expression([...operands, { literal: example }]);
  if (lone) {
    return `is null when ${last.shortcode} is missing, and Hasura refuses a token with a null in it; add a literal to fall back to, as ${written}`;
  }
  return `holds the word null when ${last.shortcode} is missing, for everyone without it; add a literal to fall back to, as ${written}`;
}

function operandProblem({ shortcode, literal }: Operand, lone: boolean): string | undefined {
  if (shortcode === undefined) {
    if (!lone || typeof literal === "string") return undefined;
    return `may be the ${typeof literal} ${literal}, and Hasura accepts only strings; write '${literal}'`;
  }
  if (isUnsafe(shortcode)) return unsafeReason(shortcode);
  const type = findShortcode(shortcode)?.type;
  if (type === "object") {
    return shortcode.endsWith("_metadata")
      ? `is the whole object ${shortcode}, and Hasura accepts only strings; name one field, as ${shortcode}.name`
      : `is the whole object ${shortcode}, and Hasura accepts only strings; put it into a claim of its own, beside Hasura's`;
  }
  if (type === "list") {
    return `is a list or an object, all of ${shortcode}, and Hasura accepts only strings; keep a Postgres array such as "{a,b}" as text in a field of public_metadata`;
  }
  if (lone && (type === "number" || type === "boolean")) {
    return `is the ${type} ${shortcode}, and Hasura accepts only strings; leave it out, write text beside it, which makes text of it, as is-{{${shortcode} || 'none'}}, or keep it as text in a field of public_metadata`;
  }
  return undefined;
}

function isNeverFalsy({ shortcode, literal }: Operand): boolean {
  if (shortcode === undefined) return literal !== false;
  return findShortcode(shortcode)?.nullable === false;
}

/** Returns why a value may not name a role, or undefined; it must be text like any other session variable. */
export function roleValueProblem(parts: readonly TemplatePart[]): string | undefined {
  const lone = parts.length <= 1;
  const operands = parts.flatMap((part) => part.operands ?? []);
  for (const { shortcode, literal } of operands) {
    const isAffixed = shortcode === "org.role" && !lone && parts.some(({ text }) => text?.trim());
    const reason = shortcode === undefined || isAffixed ? undefined : roleSourceProblem(shortcode);
    if (reason !== undefined) return `takes the role from a wrong place: ${reason}`;
    if (lone && typeof literal === "string") {
      const unsound = roleProblem(literal);
      if (unsound !== undefined) return `falls back to a role that ${unsound}`;
    }
  }
  const shape = parts.map(({ text }) => text ?? "x").join("");
  const unsound = lone && operands.length > 0 ? undefined : roleProblem(shape);
  return unsound ?? textValueProblem(parts, DEFAULT_ROLE) ?? joinedProblem(parts);
}

/** What stands beside each other may be sound by itself and make a role that is not. */
function joinedProblem(parts: readonly TemplatePart[]): string | undefined {
  if (parts.length <= 1) return undefined;
  const unsound = roleProblem(
    parts.map(({ text, operands }) => text ?? fallback(operands)).join(""),
  );
  return unsound && `makes an unsound role where every shortcode is missing: ${unsound}`;
}

/** What Clerk writes for an expression where every shortcode is null: the first literal but false, or the last operand. */
function fallback(operands: readonly Operand[] = []): string {
  const found = operands.find((operand) => operand.literal !== undefined && isNeverFalsy(operand));
  return String((found ?? operands.at(-1))?.literal ?? null);
}

/** Returns why a shortcode may not decide about a role, or undefined. */
export function roleSourceProblem(path: string): string | undefined {
  if (PUBLIC_FIELD.test(path)) return undefined;
  if (isUnsafe(path)) return unsafeReason(path);
  if (path.endsWith(".public_metadata")) {
    return `${path} is an object; name the field that holds one role, as ${path}.role`;
  }
  if (path === "org.role") {
    return "org.role may be admin for those who run an organization, and admin bypasses every permission of Hasura; keep the role in org_membership.public_metadata.role";
  }
  return `${path} cannot hold roles; only your backend may decide them, in a field such as user.public_metadata.role`;
}

/** Returns why a shortcode may not tell who the user is, or undefined. */
export function userIdSourceProblem(path: string): string | undefined {
  if (path === "user.id" || path === "user.external_id" || OWN_FIELD.test(path)) return undefined;
  if (isUnsafe(path)) return unsafeReason(path);
  const remedy = "use user.id, user.external_id or a field such as user.public_metadata.db_id";
  if (/^org\.public_metadata\b/.test(path)) {
    return `${path} is the same for every member of an organization; ${remedy}`;
  }
  if (path.endsWith(".public_metadata")) {
    return `${path} is an object; name the field that holds the id, as ${path}.db_id`;
  }
  return `${path} does not identify a user permanently; ${remedy}`;
}

function isUnsafe(path: string): boolean {
  return path === UNSAFE || path.startsWith(`${UNSAFE}.`);
}

function unsafeReason(path: string): string {
  const safe = path.replace(UNSAFE, "user.public_metadata");
  return `${path} is written by the users themselves, and permissions rely on it; use ${safe}, which only your backend writes`;
}

/** Writes operands as Clerk reads them. */
export function expression(operands: readonly Operand[]): string {
  const pieces = operands.map(({ shortcode, literal }) =>
    shortcode !== undefined
      ? shortcode
      : typeof literal === "string"
        ? `'${literal}'`
        : `${literal}`,
  );
  return `{{${pieces.join(" || ")}}}`;
}

/** Writes a parsed text in one way, so that two texts of the same meaning are equal. */
export function canonicalText(parts: readonly TemplatePart[]): string {
  return parts.map(({ text, operands }) => text ?? expression(operands ?? [])).join("");
}
