import { clerkApiUrl } from "../clerk/clerkApi";
import { type RemoteError, remoteError } from "../http/remoteError";
import { type RemoteResponse, sendRequest } from "../http/sendRequest";
import { isObject } from "../validation/isObject";

/** Where Clerk's Backend API is, and the key that opens it. */
export interface ClerkAccess {
  /** Base URL, with or without `/v1`. */
  apiUrl: string;
  secretKey: string;
  /** What error texts must not show beside the key. Default: nothing. */
  secrets?: readonly string[];
  /** Milliseconds per try. Default: sendRequest's. */
  timeoutMs?: number;
}

/** One call to Clerk's Backend API. */
export interface ClerkCall {
  method: string;
  /** Path below `/v1`, with its query. */
  path: string;
  body?: unknown;
  /** Secrets inside the body; the key is masked anyway. */
  secrets?: readonly string[];
}

const SERVICE = "Clerk's Backend API";
/** The version that Clerk's published client (@clerk/backend 3.25.0) asks for. */
const API_VERSION = "2026-05-12";
const SHOWN_ERRORS = 5;

/**
 * Sends a call with the secret key.
 *
 * @throws RemoteError as sendRequest does; a 429 or 5xx carries Clerk's own words.
 */
export async function callClerk(access: ClerkAccess, call: ClerkCall): Promise<RemoteResponse> {
  return sendRequest({
    what: SERVICE,
    method: call.method,
    url: clerkApiUrl(access.apiUrl, call.path),
    headers: {
      authorization: `Bearer ${access.secretKey}`,
      "clerk-api-version": API_VERSION,
    },
    ...(call.body === undefined ? {} : { body: call.body }),
    ...(access.timeoutMs === undefined ? {} : { timeoutMs: access.timeoutMs }),
    secrets: secretsOf(access, call),
    explain: clerkWords,
  });
}

/** The error for a response that refuses the call: Clerk's words, and what to do by status. */
export function clerkRefusal(
  access: ClerkAccess,
  call: ClerkCall,
  response: RemoteResponse,
): RemoteError {
  const { status } = response;
  const text = `${nameOf(access, call)} was refused with status ${status}, ${clerkWords(response)}; ${remedyOf(status)}`;
  return remoteError(text, secretsOf(access, call), { status });
}

/** The error for a successful response without a JWT template, as a proxy or a login page gives. */
export function unexpectedResponse(
  access: ClerkAccess,
  call: ClerkCall,
  response: RemoteResponse,
): RemoteError {
  const text = `${nameOf(access, call)} returned status ${response.status} without a JWT template in it; check that apiUrl is Clerk's own URL, without a proxy or a login page in front`;
  const details = { status: response.status, outcomeUnknown: true };
  return remoteError(text, secretsOf(access, call), details);
}

/** True when it is Clerk that does not have it; a proxy's 404 must not make a template count as deleted. */
export function isClerkNotFound({ status, json }: RemoteResponse): boolean {
  return status === 404 && errorsOf(json).length > 0;
}

function nameOf(access: ClerkAccess, { method, path }: ClerkCall): string {
  return `${SERVICE}: ${method} ${clerkApiUrl(access.apiUrl, path).replace(/\?.*$/, "")}`;
}

function secretsOf(access: ClerkAccess, call: ClerkCall): string[] {
  return [access.secretKey, ...(access.secrets ?? []), ...(call.secrets ?? [])];
}

const REMEDIES: Readonly<Record<number, string>> = {
  400: "change the setting that Clerk names",
  401: "the secret key is wrong or was revoked: set the current one (Clerk's dashboard, API keys) and run `pulumi up` without a refresh first, because refresh and destroy use the key in the state; where the old key is revoked and the template is gone, `pulumi state delete <urn>` removes it from the state",
  402: "the plan of this Clerk application does not include it; change the plan, or use session tokens (claims: session-token), which need no template",
  403: "this key is not allowed to do that; use a secret key (sk_…) of the instance that holds the template",
  404: "check that apiUrl is Clerk's Backend API and that the secret key belongs to the right instance",
  409: "something else changed it at the same time; run it again",
  422: "change the setting that Clerk names",
};

function remedyOf(status: number): string {
  return REMEDIES[status] ?? "see what Clerk says, then run it again";
}

/** Code, message and trace id of Clerk's error form (`{errors:[{code,message,long_message,meta}],clerk_trace_id}`). */
function clerkWords({ json }: RemoteResponse): string {
  const words = errorsOf(json).slice(0, SHOWN_ERRORS);
  if (words.length === 0) {
    return "without an error in Clerk's format, so a proxy may have replied instead";
  }
  const trace = isObject(json) ? textOf(json.clerk_trace_id) : "";
  return `Clerk says ${words.join("; ")}${trace === "" ? "" : ` (clerk_trace_id ${trace})`}`;
}

function errorsOf(json: unknown): string[] {
  const errors = isObject(json) && Array.isArray(json.errors) ? json.errors : [];
  return errors.map(errorWords).filter((words) => words !== "");
}

function errorWords(error: unknown): string {
  if (!isObject(error)) return "";
  const message = textOf(error.long_message) || textOf(error.message);
  const parameter = isObject(error.meta) ? textOf(error.meta.param_name) : "";
  const place = parameter === "" ? "" : ` [${parameter}]`;
  return [textOf(error.code), message].filter((part) => part !== "").join(": ") + place;
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
