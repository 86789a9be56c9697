import { changedProperties } from "./changedProperties";
import { type CostContext, costOf } from "./costOf";
import { isGone, isKept } from "./isGone";
import { Action, type ResourceChange } from "./preview";
import type { Entry } from "./report";
import { Kind, kindOf } from "./resourceKind";
import { serverImagesOf } from "./serverCost";

/** What the changes of a preview mean for each other. */
export interface ChangeContext extends CostContext {
  /** Names of resources that are deleted or replaced, by URN. */
  names: ReadonlyMap<string, string>;
}

/** What every change of a preview is judged against. */
export function changeContext(changes: readonly ResourceChange[]): ChangeContext {
  const gone = changes.filter(isGone);
  return {
    gone: new Set(gone.filter((change) => !isKept(change)).map(kindOf)),
    serverImages: serverImagesOf(changes),
    names: new Map(gone.map(({ urn, name }) => [urn, name])),
  };
}

/** What one change is, why it happens and what it costs; no text of it is escaped yet. */
export function describeChange(change: ResourceChange, context: ChangeContext): Entry {
  const kind = kindOf(change);
  const { because, changed } = changedProperties(change);
  const found = costOf(change, context);
  return {
    name: change.name,
    what: kind === Kind.Other ? change.type : kind,
    type: change.type,
    action: change.action,
    because,
    through: because.length === 0 ? replacedDependencies(change, context) : [],
    changed,
    ...(found && { cost: found }),
    isProtected: isGone(change) && change.old?.protect === true,
  };
}

/** Why a resource is replaced where no property of its own says so. */
function replacedDependencies(change: ResourceChange, { names }: ChangeContext): string[] {
  if (change.action !== Action.Replace) return [];
  const urns = [...(change.old?.dependencies ?? []), ...(change.new?.dependencies ?? [])];
  return [...new Set(urns)]
    .filter((urn) => urn !== change.urn)
    .flatMap((urn) => names.get(urn) ?? []);
}
