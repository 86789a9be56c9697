import type { EngineClient } from "./engineClient";
import { fingerprint, makeNotes } from "./notes";
import { TestStack } from "./testStack";
import { hmacSigner, signToken } from "./tokens";

/** A stack that is up and holds rows, and what tells whether it still does. */
export interface NotedStack {
  client: EngineClient;
  /** Fingerprint of all rows. */
  rows: string;
  /** Token of the user, good for an hour. */
  token: string;
}

/** Brings up a stack with rows and a token for one of their users; `made` gets the stack at once, to be cleaned up whatever comes. */
export async function bringUpNotes(
  user: string,
  made: (stack: TestStack) => void,
): Promise<NotedStack> {
  const stack = await TestStack.create();
  made(stack);
  await stack.up();
  const client = await stack.client();
  await makeNotes(client);
  const rows = await fingerprint(client);
  const { jwtSecret, issuer } = await stack.outputs();
  const { key } = JSON.parse(jwtSecret) as { key: string };
  const token = await signToken(hmacSigner(key), { issuer, user, ttl: 3600 });
  return { client, rows, token };
}
