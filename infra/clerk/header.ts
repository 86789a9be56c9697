import { invalid, isSwitch, quoted, type Result, valid } from "../validation/problems";

/** Where the engine looks for the token. @enum */
export const HeaderType = {
  /** The header `Authorization`, whose value is `Bearer `, then the token. */
  Authorization: "Authorization",
  /** The cookie that `name` names; its value is the token. */
  Cookie: "Cookie",
  /** The header that `name` names; its value is the token, without `Bearer `. */
  CustomHeader: "CustomHeader",
} as const;
export type HeaderType = (typeof HeaderType)[keyof typeof HeaderType];

/** A checked header setting. */
export interface TokenHeader {
  type: HeaderType;
  /** Absent with Authorization. */
  name?: string;
}

const TOKEN = /^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/;

/** Checks where the token is sent; the name follows RFC 9110 (header) and RFC 6265 (cookie). */
export function checkHeader(
  header: { type: string; name?: string | undefined },
  path = "identity.header",
): Result<TokenHeader> {
  const type = Object.values(HeaderType).find((known) => known === header.type);
  if (type === undefined) {
    const allowed = Object.values(HeaderType).join(", ");
    return invalid(`${path}.type`, `${quoted(header.type)} is unknown; allowed: ${allowed}`);
  }
  const { name } = header;
  if (type === HeaderType.Authorization) {
    if (name === undefined) return valid({ type });
    return invalid(
      `${path}.name`,
      "cannot be combined with Authorization; remove it, or choose CustomHeader",
    );
  }
  const reason = nameProblem(type, name);
  if (name === undefined || reason !== undefined) {
    return invalid(`${path}.name`, reason ?? "is missing");
  }
  return valid({ type, name });
}

function nameProblem(type: HeaderType, name: string | undefined): string | undefined {
  const what = type === HeaderType.Cookie ? "cookie" : "header";
  if (name === undefined || name === "") return `is missing; ${type} needs the name of the ${what}`;
  if (isSwitch(name)) {
    return `${quoted(name)} looks like a boolean, and the name of the ${what} is required; write it, such as __session or X-Auth-Token`;
  }
  if (!TOKEN.test(name)) {
    return `${quoted(name)} is not a ${what} name; letters, digits and !#$%&'*+-.^_\`|~ are allowed`;
  }
  if (type === HeaderType.Cookie) return undefined;
  const lower = name.toLowerCase();
  if (lower === "authorization") {
    return "is Authorization, which carries Bearer before the token; choose the type Authorization";
  }
  if (lower === "cookie") return "is Cookie; choose the type Cookie and the cookie's name";
  if (lower.startsWith("x-hasura-"))
    return "begins with x-hasura-, which the engine keeps for itself";
  return undefined;
}
