import {
  containsUnknown,
  type PropertyMap,
  type PropertyValue,
  plainMap,
} from "../plugin/propertyValue";
import type { CheckFailure } from "../plugin/providerImplementation";

/** The inputs of `command:local:Command`, secrets unwrapped. */
export interface CommandInputs {
  create?: string;
  update?: string;
  delete?: string;
  stdin?: string;
  dir?: string;
  environment?: Record<string, string>;
  interpreter?: string[];
  /** `stdout`, `stderr` or `stdoutAndStderr`, which is the default; every other text shows nothing. */
  logging?: string;
  addPreviousOutputInEnv?: boolean;
  triggers?: PropertyValue[];
}

function isText(value: PropertyValue): boolean {
  return typeof value === "string";
}

function isTextMap(value: PropertyValue): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.values(value).every(isText)
  );
}

const rules: Record<string, { holds: (value: PropertyValue) => boolean; must: string }> = {
  create: { holds: isText, must: "must be text" },
  update: { holds: isText, must: "must be text" },
  delete: { holds: isText, must: "must be text" },
  stdin: { holds: isText, must: "must be text" },
  dir: { holds: isText, must: "must be text" },
  environment: { holds: isTextMap, must: "must map names to text" },
  interpreter: {
    holds: (value) => Array.isArray(value) && value.every(isText),
    must: "must be a list of text",
  },
  logging: { holds: isText, must: "must be text" },
  addPreviousOutputInEnv: {
    holds: (value) => typeof value === "boolean",
    must: "must be true or false",
  },
  triggers: { holds: Array.isArray, must: "must be a list" },
};

const refused = ["assetPaths", "archivePaths"];

/** What is wrong with the inputs; values not known yet are taken as they are. */
export function commandFailures(inputs: PropertyMap): CheckFailure[] {
  return Object.entries(inputs).flatMap(([property, value]) => {
    if (refused.includes(property)) {
      return [{ property, reason: `${property} is not imitated by the command double` }];
    }
    const rule = rules[property];
    if (!rule) return [{ property, reason: "command:local:Command has no such input" }];
    if (value === null || containsUnknown(value)) return [];
    return rule.holds(plainMap({ value }).value ?? null) ? [] : [{ property, reason: rule.must }];
  });
}

/** The inputs without secrets' wrapping; call it for known, checked inputs only. */
export function commandInputs(inputs: PropertyMap): CommandInputs {
  const known = Object.entries(plainMap(inputs)).filter(([, value]) => value !== null);
  return Object.fromEntries(known) as CommandInputs;
}
