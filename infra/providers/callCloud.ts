import { type RemoteError, remoteError } from "../http/remoteError";
import { type RemoteResponse, sendRequest } from "../http/sendRequest";
import { maskSecrets } from "../secrecy/maskSecrets";
import { isObject } from "../validation/isObject";

/** Who asks Cloud, and where. */
export interface CloudAccess {
  /** GraphQL URL of Hasura Cloud's API. Default: `https://data.pro.hasura.io/v1/graphql`. */
  apiUrl?: string;
  /** Personal access token, without `pat` before it. */
  token: string;
}

/** One GraphQL request. */
export interface CloudCall {
  /** What is being done, for error texts. Example: `reading the variables of project 7a79…`. */
  doing: string;
  query: string;
  variables: Record<string, unknown>;
  /** Values of variables; masked where Cloud's own words repeat them. */
  values?: readonly string[];
}

/** Cloud's own words for a refusal, masked. */
export interface Refusal {
  code: string;
  message: string;
}

/** The data, or why Cloud gave none. */
export type CloudReply =
  | { readonly data: Record<string, unknown>; readonly refusal?: undefined }
  | { readonly refusal: Refusal; readonly data?: undefined };

export const DEFAULT_CLOUD_API_URL = "https://data.pro.hasura.io/v1/graphql";
const WHAT = "Hasura Cloud's API";
const LONGEST_MESSAGE = 200;
const SHORTEST_PART = 8;
const TOKEN_CODES = ["access-denied", "invalid-headers", "invalid-jwt", "not-authenticated"];
/** Hasura's words for a request that does not fit the schema: a field, an argument or a type that is not there. */
const MISFIT = /\bfield .* not found in type\b|\bhas no argument named\b|\bno such type exists\b/;
const TOKEN_REMEDY =
  "check the personal access token: it must not be deleted, must belong to an account with access to the project and is given without pat before it; create another one in the Cloud dashboard under My Account, and run `pulumi up` with it first, because refresh and destroy use the one in the state";

/**
 * Sends one GraphQL request. Every request may be repeated: changes carry the hash they were made for, so that a second
 * one does nothing.
 *
 * @throws RemoteError when Cloud did not respond, did not know the token or returned something other than GraphQL.
 */
export async function callCloud(access: CloudAccess, call: CloudCall): Promise<CloudReply> {
  const response = await sendRequest({
    what: `${WHAT}, ${call.doing}`,
    method: "POST",
    url: access.apiUrl ?? DEFAULT_CLOUD_API_URL,
    headers: { authorization: `pat ${access.token}` },
    body: { query: call.query, variables: call.variables },
    secrets: [access.token],
    repeatable: true,
  });
  if (response.status === 401 || response.status === 403) {
    throw cloudError(access, call.doing, `was refused (status ${response.status})`, TOKEN_REMEDY);
  }
  const refusal = refusalIn(access, call, response);
  if (refusal === undefined) return { data: dataOf(access, call, response) };
  if (!isAboutToken(call, refusal)) return { refusal };
  throw cloudError(access, call.doing, `was refused (${told(refusal)})`, TOKEN_REMEDY);
}

/** An error in one line: what was tried, what came of it, the remedy. Neither may hold the value of a variable. */
export function cloudError(
  access: CloudAccess,
  doing: string,
  outcome: string,
  remedy: string,
): RemoteError {
  return remoteError(`${WHAT}: ${doing} ${outcome}; ${remedy}`, [access.token]);
}

/** A response that does not have the form of the published interface. */
export function notUnderstood(access: CloudAccess, doing: string): RemoteError {
  const remedy = "check that apiUrl is Cloud's GraphQL URL, or leave it out";
  return cloudError(access, doing, "returned a response that is not understood", remedy);
}

/** The error of a change that Cloud's API lacks or has in another form; undefined where it refused for another reason. */
export function missingOperation(
  access: CloudAccess,
  { doing, operation, names }: { doing: string; operation: string; names: readonly string[] },
  refusal: Refusal,
): RemoteError | undefined {
  if (!MISFIT.test(refusal.message)) return undefined;
  const verb = operation === "deleteTenantEnv" ? "remove" : "set";
  return cloudError(
    access,
    doing,
    `was refused, because Cloud's API does not offer ${operation} in the form known here (${told(refusal)})`,
    `${verb} ${names.join(", ")} by hand in the Cloud dashboard and run it again, or remove the resource from the state after that with \`npx pulumi state delete URN\` (\`npx pulumi stack --show-urns\` lists it)`,
  );
}

export function told({ code, message }: Refusal): string {
  return message === "" ? code : `${code}: ${message}`;
}

function refusalIn(
  access: CloudAccess,
  call: CloudCall,
  { status, json }: RemoteResponse,
): Refusal | undefined {
  const errors = isObject(json) && Array.isArray(json.errors) ? json.errors : [];
  const first: unknown = errors[0];
  if (first === undefined && status === 200) return undefined;
  if (!isObject(first)) throw statusError(access, call.doing, status);
  const code = isObject(first.extensions) ? first.extensions.code : undefined;
  const secrets = [access.token, ...(call.values ?? []).flatMap(formsOf)];
  const clean = (text: unknown) => maskSecrets(typeof text === "string" ? text : "", secrets);
  return {
    code: clean(code).slice(0, LONGEST_MESSAGE) || "error",
    message: clean(first.message).slice(0, LONGEST_MESSAGE),
  };
}

/** A value and the texts inside it, where it is JSON: an engine that dislikes a JWT secret may repeat its key alone. */
function formsOf(value: string): string[] {
  const forms = [value];
  try {
    JSON.parse(value, (_name, part: unknown) => {
      if (typeof part === "string" && part.length >= SHORTEST_PART) forms.push(part);
      return part;
    });
  } catch {
    return forms;
  }
  return forms;
}

function statusError(access: CloudAccess, doing: string, status: number): RemoteError {
  const remedy = "check that apiUrl is Cloud's GraphQL URL, or leave it out";
  return cloudError(access, doing, `returned status ${status} without GraphQL`, remedy);
}

/**
 * A caller whom Hasura does not know sees a smaller schema, so that a wrong token may look like a missing field; not in a
 * change, though, which comes after a reading call that went well.
 */
function isAboutToken({ query }: CloudCall, { code, message }: Refusal): boolean {
  if (TOKEN_CODES.includes(code)) return true;
  return query.startsWith("query") && /\bfield .* not found in type\b/.test(message);
}

function dataOf(
  access: CloudAccess,
  call: CloudCall,
  { json }: RemoteResponse,
): Record<string, unknown> {
  if (isObject(json) && isObject(json.data)) return json.data;
  throw notUnderstood(access, call.doing);
}
