import { checkRemoteUrl } from "../../infra/http/remoteUrl";
import { sendRequest } from "../../infra/http/sendRequest";
import { UserError } from "../setup/userError.mjs";

const MAX_BYTES = 8 * 1024 * 1024;

export interface Api {
  /** Name for error texts, such as "GitHub". */
  what: string;
  /** Base URL, without a slash at its end. */
  url: string;
  /** The credential among them; never part of an error text. */
  headers: Record<string, string>;
}

interface Call {
  method: "GET" | "POST" | "PATCH" | "PUT";
  /** From the base URL on, with a slash at its start. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

const REMEDIES: Readonly<Record<number, string>> = {
  401: "the token is not accepted; give the job its token",
  403: "the token may not do this, or asks too often; give the job the permission that the workflow names",
  404: "it does not exist, or the token may not see it; check the number and the job's permissions",
  422: "the text is not accepted; check its length",
};

/**
 * Calls an API that speaks JSON, and returns the answer's value.
 * @throws UserError or RemoteError: one line without the credential.
 */
export async function callApi(api: Api, { method, path, body }: Call): Promise<unknown> {
  const { what, url, headers } = api;
  const [unsafe] = checkRemoteUrl(url, `the URL of ${what}`);
  if (unsafe !== undefined) throw new UserError(`${unsafe.path} ${unsafe.reason}`);
  const secrets = Object.values(headers);
  const request = { what, method, url: `${url}${path}`, headers, secrets, maxBytes: MAX_BYTES };
  const { status, text, json } = await sendRequest({
    ...request,
    ...(body === undefined ? {} : { body }),
  });
  if (status < 200 || status > 299) {
    const remedy = REMEDIES[status] ?? "look at the run's log and try again";
    throw new UserError(`${what} refused ${method} ${path} with status ${status}: ${remedy}`);
  }
  if (text !== "" && json === undefined) {
    throw new UserError(`${what} returned something that is not JSON; try again later`);
  }
  return json;
}
