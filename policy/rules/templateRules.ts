import { checkSecretKey } from "../../infra/clerk/template/checkSecretKey";
import { PolicyLevel, type ResourceRule } from "./policyRule";
import { isProduction } from "./policySettings";
import { numberAt, textAt, textsWithin } from "./properties";
import { ResourceType } from "./resourceType";

const types = [ResourceType.JwtTemplate];

/** Longest life of a token in production: roles taken away count for as long. */
const LONGEST_LIFETIME = 3600;

const lifetime: ResourceRule = {
  name: "template-lifetime",
  description: "tokens of production stacks live an hour at most",
  remedy: `set lifetimeSeconds to ${LONGEST_LIFETIME} or less; apps fetch a new token by themselves`,
  level: PolicyLevel.Mandatory,
  types,
  check({ props }, settings) {
    const seconds = numberAt(props, "lifetimeSeconds") ?? 0;
    if (!isProduction(settings) || seconds <= LONGEST_LIFETIME) return [];
    return [`lifetimeSeconds is ${seconds}: a role that was taken away counts for as long`];
  },
};

const unsafeMetadata: ResourceRule = {
  name: "template-without-unsafe-metadata",
  description: "no claim is made of unsafe metadata",
  remedy: "use public_metadata, which only the backend can write",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    textsWithin(props.claims).some((text) => /\bunsafe_?metadata\b/i.test(text))
      ? ["claims read unsafe_metadata, which every user may write for themselves"]
      : [],
};

const liveKey: ResourceRule = {
  name: "template-live-key",
  description: "production stacks use Clerk's production instance",
  remedy: "set clerkSecretKey to the key that begins with sk_live_",
  level: PolicyLevel.Mandatory,
  types,
  check({ props }, settings) {
    const key = textAt(props, "secretKey");
    if (!isProduction(settings) || key === undefined) return [];
    const problems = checkSecretKey(key, { preset: "production" }, "secretKey");
    return problems.map(({ path, reason }) => `${path} ${reason}`);
  },
};

/** What Clerk's tokens are made of. */
export const TEMPLATE_RULES: readonly ResourceRule[] = [lifetime, unsafeMetadata, liveKey];
