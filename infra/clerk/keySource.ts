import { type ProblemList, quoted, type Result } from "../validation/problems";
import { type FrontendApi, parseFrontendApi } from "./frontendApi";
import type { ShapedIdentity } from "./identityShape";
import { checkJwksUrl } from "./jwksUrl";
import { type ClerkInstance, parsePublishableKey } from "./publishableKey";
import { checkSigningKey, type SigningKey } from "./signingKey";

/** A key source with what is known from it. */
export interface ResolvedKey {
  source: KeySource;
  key: SigningKey | { jwksUrl: string };
  /** Issuer of Clerk's own tokens; absent for other signers. */
  issuer?: string;
  facts: { frontendApi?: string; instance?: ClerkInstance; publishableKey?: string };
}

/** The settings that name a key; one of them is required, or a signing key beside what names a Clerk instance. */
export const KeySource = {
  PublishableKey: "publishableKey",
  FrontendApi: "frontendApi",
  JwksUrl: "jwksUrl",
  SigningKey: "signingKey",
} as const;
export type KeySource = (typeof KeySource)[keyof typeof KeySource];

/** Whether a setting says something, be it refused or known only later. */
export function isSet(
  input: ShapedIdentity,
  name: keyof ShapedIdentity,
  problems: ProblemList,
): boolean {
  return input[name] !== undefined || problems.isLeftOut(`identity.${name}`);
}

/** Whether a signing key stands beside what names the Clerk instance whose template uses it. */
export function signsForClerk(input: ShapedIdentity, problems: ProblemList): boolean {
  const instances = [input.publishableKey, input.frontendApi].filter((one) => one !== undefined);
  return (
    isSet(input, KeySource.SigningKey, problems) &&
    input.jwksUrl === undefined &&
    instances.length === 1
  );
}

/** Checks every key source that is set, also when there are too many; returns the key that verifies tokens. */
export function resolveKey(input: ShapedIdentity, problems: ProblemList): ResolvedKey | undefined {
  const found = resolveKeys(input, problems);
  const own = found.find(({ source }) => source === KeySource.SigningKey);
  if (own === undefined || !signsForClerk(input, problems)) return found[0];
  const instance = found.find(({ source }) => source !== KeySource.SigningKey);
  return instance && { ...instance, source: own.source, key: own.key };
}

function resolveKeys(input: ShapedIdentity, problems: ProblemList): ResolvedKey[] {
  const { publishableKey, frontendApi, jwksUrl, signingKey } = input;
  const found = [
    publishableKey !== undefined ? fromPublishableKey(publishableKey, problems) : undefined,
    frontendApi !== undefined ? fromFrontendApi(frontendApi, problems) : undefined,
    jwksUrl !== undefined
      ? fromJwksUrl(jwksUrl, input.allowHttpJwks ?? false, problems)
      : undefined,
    signingKey !== undefined ? fromSigningKey(signingKey, problems) : undefined,
  ];
  return found.filter((one) => one !== undefined);
}

function fromPublishableKey(key: string, problems: ProblemList): ResolvedKey | undefined {
  const parsed = problems.valueOrCollect(parsePublishableKey(key));
  if (parsed === undefined) return undefined;
  const api = problems.valueOrCollect(withinKey(parseFrontendApi(parsed.frontendApi)));
  if (api === undefined) return undefined;
  const facts = { frontendApi: api.host, instance: parsed.instance, publishableKey: key };
  return clerkKey(KeySource.PublishableKey, api, facts);
}

function withinKey(result: Result<FrontendApi>): Result<FrontendApi> {
  if (result.problems === undefined) return result;
  const path = "identity.publishableKey";
  const problems = result.problems.map(({ reason }) => ({
    path,
    reason: `holds a Frontend API that ${reason}`,
  }));
  return { problems };
}

function fromFrontendApi(value: string, problems: ProblemList): ResolvedKey | undefined {
  const api = problems.valueOrCollect(parseFrontendApi(value));
  return api && clerkKey(KeySource.FrontendApi, api, { frontendApi: api.host });
}

function clerkKey(source: KeySource, api: FrontendApi, facts: ResolvedKey["facts"]): ResolvedKey {
  return { source, key: { jwksUrl: api.jwksUrl }, issuer: api.issuer, facts };
}

function fromJwksUrl(
  url: string,
  allowHttp: boolean,
  problems: ProblemList,
): ResolvedKey | undefined {
  const jwksUrl = problems.valueOrCollect(checkJwksUrl(url, { allowHttp }));
  return jwksUrl === undefined
    ? undefined
    : { source: KeySource.JwksUrl, key: { jwksUrl }, facts: {} };
}

function fromSigningKey(
  { algorithm = "", key: text = "" }: { algorithm?: string; key?: string },
  problems: ProblemList,
): ResolvedKey | undefined {
  const key = problems.valueOrCollect(checkSigningKey({ algorithm, key: text }));
  return key === undefined ? undefined : { source: KeySource.SigningKey, key, facts: {} };
}

/** Where the engine gets the public keys of an issuer from. @enum */
export const JwksMode = {
  /** The engine fetches the key set itself, at its start and when cache headers say so. */
  Fetched: "fetched",
  /** Each update fetches it, and hands the engine the one key in it. */
  Pinned: "pinned",
} as const;
export type JwksMode = (typeof JwksMode)[keyof typeof JwksMode];

/** Checks what is said about pinning against the key source it would apply to. */
export function checkPinning(input: ShapedIdentity, path: string, problems: ProblemList): void {
  const { jwks, pinnedKeyId } = input;
  const modes: string[] = Object.values(JwksMode);
  if (jwks !== undefined && !modes.includes(jwks)) {
    problems.add(`${path}.jwks`, `${quoted(jwks)} is unknown; allowed: ${modes.join(", ")}`);
  }
  if (jwks === JwksMode.Pinned && isSet(input, "signingKey", problems)) {
    problems.add(
      `${path}.jwks`,
      "has nothing to pin, because signingKey is the key; remove one of the two",
    );
  }
  if (pinnedKeyId === undefined) return;
  if (jwks !== JwksMode.Pinned) {
    problems.add(
      `${path}.pinnedKeyId`,
      "has no effect unless jwks is pinned; remove it, or pin the key",
    );
  }
  if (pinnedKeyId === "" || /[\s\p{Cc}]/u.test(pinnedKeyId)) {
    problems.add(`${path}.pinnedKeyId`, "is not a key id; copy the kid of one key of the set");
  }
}
