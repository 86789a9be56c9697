import { hasSecretMark } from "../../infra/secrecy/credentials";
import {
  Action,
  isRecord,
  isSecret,
  type Preview,
  type Properties,
  type ResourceChange,
  SECRET,
  sameValue,
} from "../read/preview";
import { Kind, kindOf } from "../read/resourceKind";
import { type Sentence, sentence } from "../report";
import { propertyOf } from "./changedProperties";
import { isUnknown, NOT_KNOWN, NOT_SET, withoutCredentials } from "./publicValue";

/** What is public about the tokens that a stack accepts; absent parts are not known. */
interface Facts {
  issuer?: unknown;
  jwksUrl?: unknown;
  tokenShape?: unknown;
}

/** What changes for those who hold tokens, without any secret. */
export function identityChanges(preview: Preview): Sentence[] {
  const [old, later] = factsOf(preview);
  if (old === undefined || later === undefined) return hiddenChange(preview);
  const keys = [
    ...changed(old.issuer, later.issuer, issuerSentence),
    ...changed(old.jwksUrl, later.jwksUrl, jwksUrlSentence),
  ];
  const all = [
    ...keys,
    ...shapeChanges(shapeOf(old.tokenShape), shapeOf(later.tokenShape)),
    // Another shape of the tokens changes the same file of secrets, and a new key could hide behind it.
    ...(keys.length > 0 ? [] : secretsChange(preview)),
  ];
  return all.length > 0 && preview.fromGraphs ? [...all, UNSEEN_RESTART] : all;
}

/** The engine learns all this from a file of secrets, which a graph leaves out. */
const UNSEEN_RESTART = sentence`An engine of this stack restarts to apply this; it is not listed, because graphs hold no secrets.`;

/** The stack's outputs, or, in the form without those of after, what the stack's own check is told. */
function factsOf({ outputs, changes }: Preview): (Facts | undefined)[] {
  if (outputs.new !== undefined && Object.keys(outputs.new).length > 0) {
    return [outputs.old, outputs.new].map(factsIn);
  }
  const probe = changes.find((change) => kindOf(change) === Kind.Probe);
  return [probe?.old?.inputs, probe?.new?.inputs].map(factsIn);
}

function factsIn(outputs: Properties | undefined): Facts | undefined {
  const { issuer, jwksUrl, tokenShape } = outputs ?? {};
  const facts = { issuer, jwksUrl, tokenShape };
  return Object.values(facts).some((it) => it !== undefined) ? facts : undefined;
}

const LONGEST = 200;

/** A public text of the identity; user info and query of a URL are nobody's business. */
function fact(value: unknown): string {
  if (isSecret(value)) return SECRET;
  if (isUnknown(value)) return NOT_KNOWN;
  if (typeof value !== "string") return "";
  const masked = withoutCredentials(value.slice(0, 1000));
  return hasSecretMark(masked) ? SECRET : masked.slice(0, LONGEST);
}

function changed(
  before: unknown,
  after: unknown,
  words: (from: string, to: string) => Sentence,
): Sentence[] {
  const [from, to] = [fact(before), fact(after)];
  return sameValue(before, after) || from === to ? [] : [words(from, to)];
}

function issuerSentence(from: string, to: string): Sentence {
  if (to === NOT_KNOWN) return sentence`The issuer may change; only the update will know.`;
  if (from === "")
    return sentence`Tokens must name the issuer ${to} from then on; others are refused.`;
  if (to === "") {
    return sentence`The issuer ${from} is no longer checked: tokens of any issuer are accepted if their key matches.`;
  }
  return sentence`The issuer changes from ${from} to ${to}: tokens of the old issuer will be refused.`;
}

function jwksUrlSentence(from: string, to: string): Sentence {
  if (to === NOT_KNOWN) return sentence`The JWKS URL may change; only the update will know.`;
  if (from === "") {
    return sentence`Keys are fetched from ${to} instead of being given: tokens signed with the given key are refused.`;
  }
  if (to === "") {
    return sentence`Keys are given instead of fetched from ${from}: tokens signed with other keys are refused.`;
  }
  return sentence`Keys are fetched from ${to} instead of ${from}: tokens signed with keys that are not there are refused.`;
}

/** What a token looks like; `undefined` where it is not known or not readable. */
export function shapeOf(text: unknown): Properties | undefined {
  if (typeof text !== "string" || text.length > 100_000) return undefined;
  try {
    const shape: unknown = JSON.parse(text);
    return isRecord(shape) ? shape : undefined;
  } catch {
    return undefined;
  }
}

const PARTS: readonly [keys: readonly string[], what: string, meaning: string][] = [
  [["defaultRole"], "default role", "requests that name no role run as the new one"],
  [["allowedRoles"], "roles that a token must allow", "apps that use another role are refused"],
  [["audience"], "audience", "tokens for another audience are refused"],
  [
    ["claimsPath", "claimsNamespace", "claimsNamespacePath"],
    "place of the claims",
    "tokens that carry them elsewhere are refused",
  ],
  [["claimsFormat"], "format of the claims", "tokens in the old format are refused"],
  [["claimsMap"], "map of the claims", "session variables come from other claims"],
  [
    ["header"],
    "header that carries the token",
    "requests that send it elsewhere count as anonymous",
  ],
];

function shapeChanges(before: Properties | undefined, after: Properties | undefined): Sentence[] {
  if (before === undefined || after === undefined) return [];
  return PARTS.flatMap(([keys, what, meaning]): Sentence[] => {
    if (keys.every((key) => sameValue(before[key], after[key]))) return [];
    const [from, to] = [partText(keys, before), partText(keys, after)];
    if (from === to) return [[`The ${what} changes: ${meaning}.`]];
    return [[`The ${what} changes from `, { code: from }, " to ", { code: to }, `: ${meaning}.`]];
  });
}

/** The first of the parts that is there. */
function partText(keys: readonly string[], shape: Properties): string {
  const value = keys.map((key) => shape[key]).find((it) => it !== undefined);
  if (value === undefined) return NOT_SET;
  if (Array.isArray(value)) return value.map(fact).join(", ") || NOT_SET;
  if (!isRecord(value)) return fact(value);
  // A map of claims is long, and its fixed values may be anything.
  const { type, name } = value;
  return typeof type === "string" ? [type, name].map(fact).join(" ").trim() : "(a map)";
}

/** What a preview without the outputs of after says of tokens: nothing, where a change of them could hide. */
function hiddenChange(preview: Preview): Sentence[] {
  // With outputs of after, the stack has none that say who is let in.
  if (preview.outputs.new !== undefined) return secretsChange(preview);
  if (!preview.changes.some(changesSecrets)) return [];
  return [
    sentence`The engine's secrets change. This form of the preview does not show which tokens it will accept; make the report with --stack, or set ${"PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true"}.`,
  ];
}

/** What other secrets of a running engine may mean for tokens, where no resource of the preview explains them. */
function secretsChange({ changes }: Preview): Sentence[] {
  if (!changes.some(changesSecrets) || changes.some(explainsSecrets)) return [];
  return [
    sentence`The engine's secrets change (admin secret, signing key, database URL or variables): if it is the signing key, tokens signed with the old key are refused.`,
  ];
}

/** The engine reads its secrets from a file that is uploaded, whose content no preview shows. */
function changesSecrets(change: ResourceChange): boolean {
  if (change.old === undefined || change.new === undefined) return false;
  return kindOf(change) === Kind.Engine && names(change, "uploads");
}

function names({ diffs, replaceKeys, detailed }: ResourceChange, property: string): boolean {
  const paths = [...diffs, ...replaceKeys, ...detailed.keys()];
  return paths.map(propertyOf).includes(property);
}

/** A password or key of the engine that the preview lists, with what becomes of those who hold the old one. */
function explainsSecrets(change: ResourceChange): boolean {
  switch (kindOf(change)) {
    case Kind.Password:
      // The engine logs in as another role.
      return change.action === Action.Replace && !change.name.endsWith("-postgres-password");
    case Kind.KeyPair:
    case Kind.PinnedJwks:
      return change.action === Action.Replace || change.action === Action.Update;
    case Kind.Role:
      return names(change, "password");
    default:
      return false;
  }
}
