import { isSwitch, ProblemList, quoted, type Result } from "../validation/problems";

/** The role that bypasses every permission; no token may carry it. */
export const ADMIN_ROLE = "admin";
export const DEFAULT_ROLE = "user";

/** The roles that tokens of a stack carry. */
export interface Roles {
  defaultRole: string;
  allowedRoles: string[];
  /** Role of requests without a token; absent when they are refused. */
  unauthorizedRole?: string;
}

/** Roles as given; the default role falls back to the only allowed one, then to `user`. */
export interface RolesInput {
  defaultRole?: string | undefined;
  allowedRoles?: readonly string[] | undefined;
  unauthorizedRole?: string | undefined;
}

const ADMIN_REASON =
  "admin bypasses every permission, so no token may carry it; name another role, and use the admin secret for administration";

/** Returns what is wrong with one role that a token carries, or undefined. */
export function roleProblem(role: string): string | undefined {
  if (role === "") return "is empty; name a role, such as user";
  if (role === ADMIN_ROLE) return ADMIN_REASON;
  if (/[\s\p{Cc}]/u.test(role)) return `${quoted(role)} holds white space; remove it`;
  if (isSwitch(role)) {
    return `${quoted(role)} looks like a boolean, and the name of a role is required; name one, such as user, or leave it out`;
  }
  if (/[{}]/.test(role)) return `${quoted(role)} is a template or list; name one role`;
  return undefined;
}

/** Checks a list of roles: not empty, no duplicates, every role sound. */
export function checkRoleList(roles: readonly string[], path: string, problems: ProblemList): void {
  if (roles.length === 0) {
    problems.add(path, "is empty, so every token would be refused; list at least one role");
  }
  roles.forEach((role, index) => {
    const reason = roleProblem(role);
    if (reason !== undefined) problems.add(`${path}[${index}]`, reason);
    else if (roles.indexOf(role) < index) {
      problems.add(`${path}[${index}]`, `${quoted(role)} is listed twice; remove one`);
    }
  });
}

/** Checks the roles of a stack's tokens and of its callers without one. */
export function checkRoles(input: RolesInput, path = "identity"): Result<Roles> {
  const problems = new ProblemList();
  const { defaultRole, allowedRoles, unauthorizedRole } = input;
  const unsound = defaultRole === undefined ? undefined : roleProblem(defaultRole);
  if (unsound !== undefined) problems.add(`${path}.defaultRole`, unsound);
  if (allowedRoles !== undefined) checkRoleList(allowedRoles, `${path}.allowedRoles`, problems);
  const settled = settleDefault(defaultRole, allowedRoles);
  const list = allowedRoles ?? [settled];
  if (list.length > 0 && unsound === undefined && !list.includes(settled)) {
    problems.add(`${path}.defaultRole`, outsideList(settled, defaultRole === undefined));
  }
  if (unauthorizedRole !== undefined) {
    const reason = unauthorizedProblem(unauthorizedRole);
    if (reason !== undefined) problems.add(`${path}.unauthorizedRole`, reason);
  }
  return problems.toResult({
    defaultRole: settled,
    allowedRoles: [...list],
    ...(unauthorizedRole === undefined ? {} : { unauthorizedRole }),
  });
}

function settleDefault(given: string | undefined, allowed: readonly string[] | undefined): string {
  if (given !== undefined) return given;
  const [only] = allowed ?? [];
  return allowed?.length === 1 && only !== undefined ? only : DEFAULT_ROLE;
}

function outsideList(role: string, implied: boolean): string {
  const what = implied ? `is ${quoted(role)} unless set, and that` : quoted(role);
  return `${what} is not among identity.allowedRoles, so tokens would be refused; add it there or choose one of them`;
}

function unauthorizedProblem(role: string): string | undefined {
  if (role === ADMIN_ROLE) {
    return "admin would let everyone do everything without a token; name a role of least privilege";
  }
  if (role === "") return "is empty, which stops the engine; leave it out to refuse such requests";
  if (isSwitch(role)) {
    return `${quoted(role)} looks like a boolean, and the name of a role is required; write anonymous or another role that your permissions name, or leave it out to refuse requests without a token`;
  }
  return roleProblem(role);
}
