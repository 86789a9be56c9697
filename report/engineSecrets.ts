import { propertyOf } from "./changedProperties";
import { Action, type Preview, type ResourceChange } from "./preview";
import type { Sentence } from "./report";
import { Kind, kindOf } from "./resourceKind";

/** What a preview without the outputs of after says of tokens: nothing, where a change of them could hide. */
export function hiddenChange(preview: Preview): Sentence[] {
  // With outputs of after, the stack has none that tell who is let in.
  if (preview.outputs.new !== undefined) return secretsChange(preview);
  if (!preview.changes.some(changesSecrets)) return [];
  return [
    [
      "The engine's secrets change. Which tokens it accepts then cannot be told from this form of the preview; ",
      "make the report with --stack, or set ",
      { code: "PULUMI_ENABLE_STREAMING_JSON_PREVIEW=true" },
      ".",
    ],
  ];
}

/** What other secrets of a running engine may mean for tokens, where no resource of the preview explains them. */
export function secretsChange({ changes }: Preview): Sentence[] {
  if (!changes.some(changesSecrets) || changes.some(explainsSecrets)) return [];
  return [
    [
      "The engine's secrets change (admin secret, signing key, database URL or variables): if it is the signing key, tokens of the old key are refused.",
    ],
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
