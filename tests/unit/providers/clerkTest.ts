import { defaultBehaviour } from "../../../airgap/doubles/clerk/behaviour";
import { ClerkDouble } from "../../../airgap/doubles/clerk/clerkDouble";
import type { WantedTemplate } from "../../../infra/providers/clerkTemplates";
import { shortRetries } from "./remoteTest";

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
