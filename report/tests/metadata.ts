import { expect } from "chai";
import { rightsOf } from "../../infra/schema/rights";
import { rightChanges } from "../judge/rightChanges";
import { Action, type Preview, type Properties, type ResourceChange } from "../read/preview";
import type { Remark, Sentence } from "../report";
import { changeOf, previewOf, state } from "./previews";

/** What a role's own rows and those of its organization are. */
export const OWN = { user_id: { _eq: "X-Hasura-User-Id" } };
export const TEAM = { org_id: { _eq: "X-Hasura-Org-Id" } };
export const WHERE = "rows where `user_id = x-hasura-user-id`";

/** Metadata with one table `profiles`, and what stands beside it. */
export function metadataOf(table: Properties, beside: Properties = {}): Record<string, unknown> {
  const { source = {}, ...root } = beside;
  const tables = [{ table: { schema: "public", name: "profiles" }, ...table }];
  return {
    version: 3,
    sources: [{ name: "default", kind: "postgres", tables, ...(source as Properties) }],
    ...root,
  };
}

/** The permissions of a list, each of its role. */
export function permissions(key: string, byRole: Record<string, Properties>): Properties {
  const entries = Object.entries(byRole);
  return { [`${key}_permissions`]: entries.map(([role, permission]) => ({ role, permission })) };
}

/** The change of a schema from one metadata to another; without the first, the schema is new. */
export function schemaChange(
  before: Record<string, unknown> | undefined,
  after: Record<string, unknown>,
  migrations: { old?: Properties; new?: Properties } = {},
): ResourceChange {
  const side = (metadata: Record<string, unknown>, list: Properties = {}) =>
    state({ rights: rightsOf(metadata), migrations: list });
  return changeOf({
    chain: "clerk-hasura:index:ClerkHasura$pulumi-nodejs:dynamic/clerkHasura:Schema",
    name: "backend-schema",
    action: before === undefined ? Action.Create : Action.Update,
    diffs: before === undefined ? [] : ["digest"],
    ...(before && { old: side(before, migrations.old) }),
    new: side(after, migrations.new),
  });
}

/** Metadata in which one role may read `id` of its own rows, unless the permission says otherwise. */
export function select(permission: Properties, role = "user"): Record<string, unknown> {
  return metadataOf(
    permissions("select", { [role]: { columns: ["id"], filter: OWN, ...permission } }),
  );
}

/** A sentence as Markdown would show it. */
export function textOf(sentence: Sentence): string {
  return sentence
    .map((piece) => (typeof piece === "string" ? piece : `\`${piece.code}\``))
    .join("");
}

export function remarkText({ mark, sentence }: Remark): string {
  return `${mark === undefined ? "" : `${mark}: `}${textOf(sentence)}`;
}

/** What a report tells of rights after a change. */
export function toldOf(change: ResourceChange, parts: Partial<Preview> = {}): string[] {
  return rightChanges(previewOf({ changes: [change], ...parts })).rights.map(remarkText);
}

/** A change of metadata, and all that is told of it. */
export type RightsRow = [
  title: string,
  before: Record<string, unknown>,
  after: Record<string, unknown>,
  ...expected: string[],
];

/** A test of each row. */
export function itTells(rows: readonly RightsRow[]): void {
  for (const [title, before, after, ...expected] of rows) {
    it(`tells ${title}`, () => {
      expect(toldOf(schemaChange(before, after))).to.deep.equal(expected);
    });
  }
}
