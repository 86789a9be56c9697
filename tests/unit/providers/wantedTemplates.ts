import type { WantedTemplate } from "../../../infra/providers/clerkTemplates";

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
