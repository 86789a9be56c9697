import { setTimeout as delay } from "node:timers/promises";
import { mintToken } from "../token/mintToken";

/** Longest wait for an answer after the command that starts the engine has ended. */
const ANSWER_LIMIT_MS = 60_000;

/** A key of measurements alone: it signs for containers that live for seconds, on loopback. */
export const THROWAWAY_KEY = "measurement-key-that-protects-nothing-at-all-0123456789abcdefgh";
export const ISSUER = "https://bench.clerk-hasura.invalid";

/** The claims of a signed-in user, as the component's default identity accepts them. */
export function benchToken() {
  const tokenShape = { claimsFormat: "json", defaultRole: "user", allowedRoles: ["user"] };
  const secret = { type: "HS256", key: THROWAWAY_KEY };
  return mintToken({ secret, issuer: ISSUER, tokenShape, user: "user_bench", ttlSeconds: 600 });
}

/** Whether GraphQL answered the user that the token names. */
async function answers(port: number, token: string): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/v1/graphql`, {
    method: "POST",
    headers: { "Content-Type": "application/json", Authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: "{ __typename }" }),
    signal: AbortSignal.timeout(5000),
  }).catch(() => undefined);
  if (response?.status !== 200) return false;
  const body = Object(await response.json().catch(() => undefined));
  return body?.data?.__typename !== undefined && body.errors === undefined;
}

/** Waits for the first answer to a token. */
export async function firstAnswer(port: number, token: string) {
  const until = Date.now() + ANSWER_LIMIT_MS;
  while (!(await answers(port, token))) {
    if (Date.now() > until) throw new Error(`no authorised answer on port ${port}`);
    await delay(20);
  }
}
