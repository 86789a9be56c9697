import { hiddenChange, secretsChange } from "./engineSecrets";
import { isRecord, type Preview, type Properties, type ResourceState } from "./preview";
import {
  isCredential,
  isSecret,
  isUnknown,
  NOT_KNOWN,
  NOT_SET,
  SECRET,
  withoutCredentials,
} from "./publicValue";
import type { Sentence } from "./report";
import { Kind, kindOf } from "./resourceKind";
import { sameValue } from "./sameValue";
import { visibleText } from "./visibleText";

/** What is public about the tokens that a stack accepts; absent parts are not known. */
interface Facts {
  issuer?: unknown;
  jwksUrl?: unknown;
  tokenShape?: unknown;
}

/** What changes for those who hold tokens, without any secret. */
export function identityChanges(preview: Preview): Sentence[] {
  const { old, later } = factsOf(preview);
  if (old === undefined || later === undefined) return hiddenChange(preview);
  const keys = [
    ...issuerChange(old.issuer, later.issuer),
    ...addressChange(old.jwksUrl, later.jwksUrl),
  ];
  const told = [
    ...keys,
    ...shapeChanges(shapeOf(old.tokenShape), shapeOf(later.tokenShape)),
    // Another shape of the tokens changes the same file of secrets, and a new key could hide behind it.
    ...(keys.length > 0 ? [] : secretsChange(preview)),
  ];
  return told.length > 0 && preview.fromGraphs ? [...told, UNSEEN_RESTART] : told;
}

/** The engine learns all this from a file of secrets, which a graph leaves out. */
const UNSEEN_RESTART: Sentence = [
  "An engine of this stack restarts to take that up; it is not listed, because graphs hold no secrets.",
];

/** The stack's outputs, or, in the form without those of after, what the stack's own check is told. */
function factsOf({ outputs, changes }: Preview): {
  old?: Facts | undefined;
  later?: Facts | undefined;
} {
  if (outputs.new !== undefined && Object.keys(outputs.new).length > 0) {
    return { old: factsIn(outputs.old), later: factsIn(outputs.new) };
  }
  const probe = changes.find((change) => kindOf(change) === Kind.Probe);
  return { old: factsIn(inputsOf(probe?.old)), later: factsIn(inputsOf(probe?.new)) };
}

function inputsOf(state: ResourceState | undefined): Properties | undefined {
  return state?.inputs;
}

function factsIn(outputs: Properties | undefined): Facts | undefined {
  if (outputs === undefined) return undefined;
  const { issuer, jwksUrl, tokenShape } = outputs;
  const known = issuer !== undefined || jwksUrl !== undefined || tokenShape !== undefined;
  return known ? { issuer, jwksUrl, tokenShape } : undefined;
}

const LONGEST = 200;

/** A public text of the identity; user info and query of an address are nobody's business. */
function fact(value: unknown): string {
  if (isSecret(value)) return SECRET;
  if (isUnknown(value)) return NOT_KNOWN;
  if (typeof value !== "string") return "";
  const masked = withoutCredentials(value.slice(0, 1000));
  return visibleText(isCredential(masked) ? SECRET : masked, LONGEST);
}

function changedFact(from: unknown, to: unknown): { from: string; to: string } | undefined {
  if (sameValue(from, to)) return undefined;
  return { from: fact(from), to: fact(to) };
}

function issuerChange(before: unknown, after: unknown): Sentence[] {
  const change = changedFact(before, after);
  if (change === undefined || change.from === change.to) return [];
  const { from, to } = change;
  if (to === NOT_KNOWN) return [["The issuer may change; the update alone knows."]];
  if (from === "")
    return [
      ["Tokens have to name the issuer ", { code: to }, " from then on; others are refused."],
    ];
  if (to === "") {
    return [
      [
        "The issuer ",
        { code: from },
        " is no longer asked for: tokens of any issuer pass if their key fits.",
      ],
    ];
  }
  return [
    [
      "The issuer changes from ",
      { code: from },
      " to ",
      { code: to },
      ": tokens of the old issuer will be refused.",
    ],
  ];
}

function addressChange(before: unknown, after: unknown): Sentence[] {
  const change = changedFact(before, after);
  if (change === undefined || change.from === change.to) return [];
  const { from, to } = change;
  if (to === NOT_KNOWN) return [["The address of the keys may change; the update alone knows."]];
  if (from === "")
    return [
      [
        "Keys are fetched from ",
        { code: to },
        " instead of being given: tokens of the given key are refused.",
      ],
    ];
  if (to === "")
    return [
      [
        "Keys are given instead of fetched from ",
        { code: from },
        ": tokens of other keys are refused.",
      ],
    ];
  return [
    [
      "Keys are fetched from ",
      { code: to },
      " instead of ",
      { code: from },
      ": tokens whose key is not there are refused.",
    ],
  ];
}

/** What a token looks like; `undefined` where it is not known or not readable. */
function shapeOf(text: unknown): Properties | undefined {
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
  [["allowedRoles"], "roles that a token has to allow", "apps that use another role are refused"],
  [["audience"], "audience", "tokens for another audience are refused"],
  [
    ["claimsPath", "claimsNamespace", "claimsNamespacePath"],
    "place of the claims",
    "tokens that carry them elsewhere are refused",
  ],
  [["claimsFormat"], "format of the claims", "tokens in the old format are refused"],
  [["claimsMap"], "map of the claims", "session variables are taken from other claims"],
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
    const [from, to] = [before, after].map((shape) => partText(keys, shape));
    if (from === undefined || to === undefined || from === to)
      return [[`The ${what} changes: ${meaning}.`]];
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
