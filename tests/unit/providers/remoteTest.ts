import { RemoteError } from "../../../infra/http/remoteError";

/** Shortens the waits between two tries while the tests of this block run. */
export function shortRetries(): void {
  const given = process.env.CLERK_HASURA_RETRY_MS;
  before(() => {
    process.env.CLERK_HASURA_RETRY_MS = "1";
  });
  after(() => {
    if (given === undefined) delete process.env.CLERK_HASURA_RETRY_MS;
    else process.env.CLERK_HASURA_RETRY_MS = given;
  });
}

/** The RemoteError that a call ends with. */
export async function errorOf(call: Promise<unknown>): Promise<RemoteError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RemoteError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}
