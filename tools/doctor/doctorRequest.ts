import { accessProblem } from "../../infra/doctor/goodToken";
import type { DoctorSubject, ExamineOptions } from "../../infra/doctor/subject";
import { UserError } from "../setup/userError.mjs";

/** What the command line asks for, read from flags, standard input and the environment. */
export interface DoctorFlags {
  stack: string;
  /** The token itself, never `-`. */
  token?: string;
  user?: string;
  template?: string;
  json: boolean;
  /** Makes warnings fail. */
  strict: boolean;
}

/** The subject that a stack's outputs describe; undefined where the stack is not up. */
export function subjectOf(outputs: Readonly<Record<string, unknown>>): DoctorSubject | undefined {
  const text = (name: string) => (typeof outputs[name] === "string" ? outputs[name] : "");
  const [endpoint, adminSecret, tokenShape] = ["endpoint", "adminSecret", "tokenShape"].map(text);
  const jwtSecret = jsonText(outputs.jwtSecret);
  const shape = tokenShape || jsonText(outputs.tokenShape);
  const { hasura: container, postgres: database } = containersOf(outputs.containers);
  if (!endpoint || !adminSecret || !jwtSecret || !shape || container === undefined) {
    return undefined;
  }
  return {
    endpoint,
    adminSecret,
    jwtSecret,
    tokenShape: shape,
    jwksUrl: text("jwksUrl"),
    issuer: text("issuer"),
    container,
    ...(database === undefined ? {} : { database }),
    dockerEnvironment: textsOf(outputs.dockerEnvironment),
  };
}

/** Pulumi prints an output that holds JSON as an object in some versions. */
function jsonText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === null || typeof value !== "object" ? "" : JSON.stringify(value);
}

function containersOf(containers: unknown): { hasura?: string; postgres?: string } {
  if (containers === null || typeof containers !== "object") return {};
  return Object.fromEntries(
    Object.entries(containers).filter(([, name]) => typeof name === "string" && name !== ""),
  );
}

/** The strings of an object by name; none where an older program has no such output. */
function textsOf(value: unknown): Record<string, string> {
  const entries = value === null || typeof value !== "object" ? [] : Object.entries(value);
  return Object.fromEntries(entries.map(([name, text]): [string, string] => [name, String(text)]));
}

/**
 * What else the examination needs.
 * @throws UserError with exit code 2 where a flag lacks what belongs to it, or the key is not of a development instance.
 */
export function optionsOf(flags: DoctorFlags, env: NodeJS.ProcessEnv): ExamineOptions {
  const { token, user, template } = flags;
  if (token !== undefined) {
    if (user === undefined && template === undefined) return { token };
    throw new UserError(
      "--token and --token-file cannot be combined with --user or --template; give a token, or have one fetched",
      2,
    );
  }
  if (user === undefined) {
    if (template === undefined) return {};
    throw new UserError("--template needs --user ID, the test user to fetch a token for", 2);
  }
  const { CLERK_SECRET_KEY: secretKey, CLERK_API_URL: apiUrl } = env;
  if (!secretKey) {
    throw new UserError(
      "--user needs the environment variable CLERK_SECRET_KEY (sk_test_…), to fetch a token with",
      2,
    );
  }
  const clerk = {
    secretKey,
    user,
    ...(template === undefined ? {} : { template }),
    ...(apiUrl ? { apiUrl } : {}),
  };
  const problem = accessProblem(clerk);
  if (problem !== undefined) throw new UserError(`${problem.finding}; ${problem.remedy}`, 2);
  return { clerk };
}
