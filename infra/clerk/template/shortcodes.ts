import { type Problem, quoted } from "../../validation/problems";
import { parseTemplateText, type TemplatePart } from "./templateText";

/** What a shortcode standing alone becomes in a token; `any` is whatever the metadata holds. */
export type ShortcodeType = "text" | "number" | "boolean" | "list" | "object" | "any";

/** A shortcode that Clerk knows. */
export interface Shortcode {
  path: string;
  type: ShortcodeType;
  /** Whether it is null for some users or sessions. */
  nullable: boolean;
}

/** Clerk publishes examples, not a table: these stand in its documentation, its dashboard or many published templates. */
const KNOWN = new Map<string, ShortcodeType>([
  ["user.id", "text"],
  ["user.external_id", "text"],
  ["user.first_name", "text"],
  ["user.last_name", "text"],
  ["user.full_name", "text"],
  ["user.username", "text"],
  ["user.image_url", "text"],
  ["user.has_image", "boolean"],
  ["user.created_at", "number"],
  ["user.updated_at", "number"],
  ["user.last_sign_in_at", "number"],
  ["user.primary_email_address", "text"],
  ["user.primary_phone_number", "text"],
  ["user.primary_web3_wallet", "text"],
  ["user.email_verified", "boolean"],
  ["user.primary_email_address_verified", "boolean"],
  ["user.phone_number_verified", "boolean"],
  ["user.two_factor_enabled", "boolean"],
  ["user.public_metadata", "object"],
  ["user.unsafe_metadata", "object"],
  ["user.organizations", "list"],
  ["org.id", "text"],
  ["org.slug", "text"],
  ["org.name", "text"],
  ["org.role", "text"],
  ["org.image_url", "text"],
  ["org.has_image", "boolean"],
  ["org.public_metadata", "object"],
  ["org_membership.permissions", "list"],
  ["org_membership.public_metadata", "object"],
  // Who impersonates the user (Clerk's page "User impersonation"); null for everybody else.
  ["session.actor", "object"],
  // For a fresh check of who is there (Clerk's page "Reverification").
  ["session.reverification_id", "text"],
]);

const METADATA = /^(?:user|org|org_membership)\.(?:public|unsafe)_metadata\./;

/**
 * Finds a shortcode by its path, such as `user.id` or `user.public_metadata.a.b`. Of the further ones that somebody lists, and of
 * their fields, nothing is known but that they are there.
 */
export function findShortcode(
  path: string,
  further: readonly string[] = [],
): Shortcode | undefined {
  const type = KNOWN.get(path);
  if (type !== undefined) return { path, type, nullable: path !== "user.id" };
  const root = METADATA.exec(path)?.[0].slice(0, -1);
  const isField = root !== undefined && KNOWN.get(root) === "object";
  const isListed = further.some((one) => path === one || path.startsWith(`${one}.`));
  return isField || isListed ? { path, type: "any", nullable: true } : undefined;
}

/** What people write, without case, hyphens and underscores, and what they mean. */
const MEANT = new Map<string, string>([
  ...[...KNOWN.keys()].map((path): [string, string] => [squash(path), path]),
  ...["userid", "sub", "user.sub", "user.userid", "user"].map(meaning("user.id")),
  ...["orgid", "org", "user.orgid", "user.organizationid"].map(meaning("org.id")),
  ...["orgslug", "user.orgslug", "user.organizationslug"].map(meaning("org.slug")),
  ...["orgrole", "orgmembership.role", "membership.role", "user.orgrole"].map(meaning("org.role")),
  ...["user.organizationrole"].map(meaning("org.role")),
  ...["user.permissions", "org.permissions"].map(meaning("org_membership.permissions")),
  ...["user.role"].map(meaning("user.public_metadata.role")),
  ...["user.metadata", "user.privatemetadata"].map(meaning("user.public_metadata")),
  ...["org.metadata", "org.privatemetadata", "org.unsafemetadata"].map(
    meaning("org.public_metadata"),
  ),
  ...["orgmembership.metadata", "membership.publicmetadata"].map(
    meaning("org_membership.public_metadata"),
  ),
  ...["user.email", "user.emailaddress", "user.primaryemail"].map(
    meaning("user.primary_email_address"),
  ),
  ...["user.primaryemailaddress.emailaddress"].map(meaning("user.primary_email_address")),
  ...["user.phone", "user.phonenumber", "user.primaryphoneaddress"].map(
    meaning("user.primary_phone_number"),
  ),
  ...["user.primaryphonenumber.phonenumber"].map(meaning("user.primary_phone_number")),
  ...["user.name"].map(meaning("user.full_name")),
  ...["user.avatar", "user.avatarurl", "user.picture", "user.profileimageurl"].map(
    meaning("user.image_url"),
  ),
]);

function meaning(path: string): (wrong: string) => [string, string] {
  return (wrong) => [wrong, path];
}

function squash(path: string): string {
  return path
    .toLowerCase()
    .replace(/[_-]/g, "")
    .replace(/^organi[sz]ation(?!s\b)/, "org");
}

/** Returns the shortcode that an unknown path was meant to be, or undefined. */
function suggestShortcode(path: string): string | undefined {
  const steps = path.split(".");
  for (let count = steps.length; count > 0; count -= 1) {
    const found = MEANT.get(squash(steps.slice(0, count).join(".")));
    const rest = steps.slice(count);
    if (found === undefined) continue;
    if (rest.length === 0) return found;
    if (found.endsWith("_metadata")) return [found, ...rest].join(".");
  }
  return slipOf(path);
}

function slipOf(path: string): string | undefined {
  return [...KNOWN.keys()].find(
    (known) => squash(known) === squash(path) || isOneSlipAway(known, path.toLowerCase()),
  );
}

/** One letter too many, too few or wrong, or two neighbours swapped. */
function isOneSlipAway(known: string, given: string): boolean {
  if (Math.abs(known.length - given.length) > 1) return false;
  let start = 0;
  while (start < known.length && known[start] === given[start]) start += 1;
  const tail = known.slice(start);
  const other = given.slice(start);
  const swapped = `${tail.charAt(1)}${tail.charAt(0)}${tail.slice(2)}`;
  return (
    [tail, tail.slice(1)].some((one) => one === other.slice(1) || one === other) ||
    swapped === other
  );
}

/** Returns what is wrong with the path of a shortcode, or undefined. */
export function shortcodeProblem(
  path: string,
  further: readonly string[] = [],
): string | undefined {
  if (findShortcode(path, further) !== undefined) return undefined;
  const what = `${quoted(path)} is not a shortcode that Clerk is known to have, and an unknown one silently becomes null`;
  const right = suggestShortcode(path);
  if (right !== undefined) return `${what}; write ${right}`;
  return `${what}; allowed: ${[...KNOWN.keys()].join(", ")}, and fields of metadata such as user.public_metadata.role; correct it, or list it in shortcodes if Clerk's dashboard has it`;
}

/** Checks what is listed as further shortcodes: bare paths, none of them a known one misspelled. */
export function checkShortcodes(further: readonly string[], path: string): Problem[] {
  return further.flatMap((one, index) => {
    const reason = furtherProblem(one);
    return reason === undefined ? [] : [{ path: `${path}[${index}]`, reason }];
  });
}

function furtherProblem(path: string): string | undefined {
  if (!/^[A-Za-z_]\w*(?:\.[\w-]+)+$/.test(path)) {
    return `${quoted(path)} is not the path of a shortcode; write it as Clerk's dashboard has it, without braces, such as user.last_active_at`;
  }
  const right = findShortcode(path) === undefined ? slipOf(path) : undefined;
  return (
    right &&
    `${quoted(path)} is ${right} misspelled; write ${right} in the claims, and remove it here`
  );
}

/** Checks the shortcodes of one claim's text: their form and their spelling, not what they become. */
export function checkTemplateText(
  text: string,
  path: string,
  further: readonly string[] = [],
): Problem[] {
  const { parts, reasons } = parseTemplateText(text);
  const found = reasons ?? shortcodesOf(parts).map((one) => shortcodeProblem(one, further));
  return [...new Set(found)].flatMap((reason) => (reason === undefined ? [] : [{ path, reason }]));
}

/** The paths of every shortcode in a parsed text. */
export function shortcodesOf(parts: readonly TemplatePart[]): string[] {
  return parts.flatMap(({ operands = [] }) =>
    operands.flatMap(({ shortcode }) => (shortcode === undefined ? [] : [shortcode])),
  );
}
