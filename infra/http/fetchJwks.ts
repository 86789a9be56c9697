import { type JwkSetReading, readJwkSet } from "../clerk/jwks/jwkSet";
import { remoteError } from "./remoteError";
import { shownUrl } from "./remoteUrl";
import { sendRequest } from "./sendRequest";

const WHAT = "The key set";
/** Three tries of 10 s: an update waits for half a minute at most. */
const LIMITS = { timeoutMs: 10_000, attempts: 3 };

/**
 * Fetches a key set and reads it as the engine would. Redirects are not followed.
 *
 * @throws RemoteError with one line when it cannot be fetched, or when the engine would refuse it.
 */
export async function fetchJwks(
  url: string,
  caCertificates: readonly string[] = [],
): Promise<JwkSetReading> {
  const request = { what: WHAT, method: "GET", url, caCertificates, ...LIMITS };
  const { status, text } = await sendRequest(request);
  const shown = `${WHAT}: GET ${shownUrl(url)}`;
  if (status < 200 || status > 299) {
    const remedy = "check that this is the URL of the set itself";
    throw remoteError(`${shown} returned status ${status} instead of 2xx; ${remedy}`, [], {
      status,
    });
  }
  const { value, problems } = readJwkSet(text);
  if (value !== undefined) return value;
  const list = problems?.map(({ path, reason }) => `${path} ${reason}`).join("; ");
  throw remoteError(`${shown} returned a set that the engine refuses: ${list}`);
}
