import { type JwkSetReading, readJwkSet } from "../clerk/jwks/jwkSet";
import { type JwksHeaders, jwksHeaders } from "../clerk/jwks/jwksRefresh";
import { readUrl } from "../validation/readUrl";
import { type RemoteAnswer, remoteError, sendRequest, shownUrl } from "./request";

/** A key set that was fetched and that the engine could read. */
export interface FetchedJwks {
  reading: JwkSetReading;
  /** What decides when the engine fetches the set again. */
  headers: JwksHeaders;
  body: string;
}

export interface JwksFetchOptions {
  /** Accept http. Default: false. */
  allowHttp?: boolean;
  /** PEM certificates of authorities that are trusted beside Node's own. Default: none. */
  caCertificates?: readonly string[];
}

const WHAT = "The key set";
/** Three tries of 10 s: an update waits for half a minute at most. */
const LIMITS = { timeoutMs: 10_000, attempts: 3, maxBytes: 1024 * 1024 };

/**
 * Fetches a key set and judges it as the engine would. Redirects are not followed.
 *
 * @throws RemoteError with one line when it cannot be fetched, or when the engine would refuse it.
 */
export async function fetchJwks(url: string, options: JwksFetchOptions = {}): Promise<FetchedJwks> {
  const answer = await get(url, options);
  const shown = `${WHAT}: GET ${shownUrl(url)}`;
  if (answer.status < 200 || answer.status > 299) {
    throw remoteError(
      `${shown} answered status ${answer.status}, and 2xx is wanted; check that this is the address of the set itself`,
      [],
      { status: answer.status },
    );
  }
  const { value, problems } = readJwkSet(answer.text);
  if (value !== undefined) {
    return {
      reading: value,
      headers: jwksHeaders((name) => answer.lines[name]?.[0]),
      body: answer.text,
    };
  }
  const list = problems?.map(({ path, reason }) => `${path} ${reason}`).join("; ");
  throw remoteError(`${shown} answered what the engine refuses: ${list}`);
}

async function get(
  url: string,
  { allowHttp = false, caCertificates = [] }: JwksFetchOptions,
): Promise<RemoteAnswer> {
  const address = readUrl(url);
  const allowed = allowHttp ? ["https:", "http:"] : ["https:"];
  if (address === undefined || !allowed.includes(address.protocol)) {
    throw remoteError(`${WHAT}: ${shownUrl(url)} is no https address; correct the URL of the set`);
  }
  return sendRequest({ what: WHAT, method: "GET", url, caCertificates, ...LIMITS });
}
