import { defaultBehaviour } from "../../../airgap/doubles/clerk/behaviour";
import { ClerkDouble } from "../../../airgap/doubles/clerk/clerkDouble";
import { RemoteError } from "../../../infra/http/remoteError";
import type { WantedTemplate } from "../../../infra/providers/clerkTemplates";

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

/** One double for the suite around it, emptied before each test; waits between tries are short. */
export function withClerk(): () => ClerkDouble {
  const clerk = new ClerkDouble();
  shortRetries();
  before(() => clerk.start());
  after(() => clerk.stop());
  beforeEach(() => {
    clerk.faults.clear();
    Object.assign(clerk.behaviour, defaultBehaviour());
    for (const id of idsOf(clerk)) clerk.templates.delete(id);
    clerk.log.entries = [];
  });
  return () => clerk;
}

function idsOf(clerk: ClerkDouble): string[] {
  const { body } = clerk.templates.list(new URLSearchParams("limit=500"));
  return (body as { id: string }[]).map(({ id }) => id);
}

export const CLAIMS = {
  "https://hasura.io/jwt/claims": {
    "x-hasura-user-id": "{{user.id}}",
    "x-hasura-default-role": "user",
    "x-hasura-allowed-roles": ["user"],
  },
};
export const WANTED: WantedTemplate = {
  name: "hasura",
  claims: CLAIMS,
  lifetimeSeconds: 90,
  allowedSkewSeconds: 7,
};
export const SHARED_KEY = "a-shared/key+of more&than=32-letters!";
export const SIGNED = { ...WANTED, signingAlgorithm: "HS256", signingKey: SHARED_KEY };
