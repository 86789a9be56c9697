import { describePreview } from "../judge/describePreview";
import { Action, type Preview, type ResourceChange } from "../read/preview";
import type { Entry, Report } from "../report";

/** The chain of types around each part, as URNs spell it. */
const OWNER = "clerk-hasura:index:ClerkHasura";
export const SERVER = `${OWNER}$clerk-hasura:index:PostgresServer`;
export const ENGINE = `${OWNER}$clerk-hasura:index:HasuraEngine`;
export const DATABASES = `${OWNER}$clerk-hasura:index:EngineDatabases`;
export const CONTAINER = "docker:index/container:Container";
export const VOLUME = "docker:index/volume:Volume";
export const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
export const SECRET_OBJECT = {
  "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
  ciphertext: "[secret]",
};
export const STACK_URN = "urn:pulumi:dev::clerk-hasura::pulumi:pulumi:Stack::clerk-hasura-dev";

export function urnOf(chain: string, name: string): string {
  return `urn:pulumi:dev::clerk-hasura::${chain}::${name}`;
}

/** One step of the one-document form. */
export interface Step {
  op: string;
  chain: string;
  name: string;
  old?: Record<string, unknown>;
  new?: Record<string, unknown>;
  /** Path of a property and its kind of change. */
  detailed?: Record<string, string>;
  /** Beside inputs, for example protect or dependencies. */
  oldState?: Record<string, unknown>;
}

/** A step as `pulumi preview --json` prints it. */
export function digestStep(step: Step): Record<string, unknown> {
  const { op, chain, name, detailed } = step;
  const urn = urnOf(chain, name);
  const paths = Object.entries(detailed ?? {});
  const reasons = [...new Set(paths.map(([path]) => path.replace(/[.[].*$/, "")))];
  const forcing = paths.filter(([, kind]) => kind.endsWith("-replace")).map(([path]) => path);
  const state = (inputs: Record<string, unknown>) => ({ urn, custom: true, inputs });
  return {
    op,
    urn,
    ...(step.old && { oldState: { ...state(step.old), ...step.oldState } }),
    ...(step.new && { newState: state(step.new) }),
    ...(reasons.length > 0 && { diffReasons: reasons }),
    ...(forcing.length > 0 && { replaceReasons: forcing }),
    detailedDiff:
      detailed === undefined
        ? null
        : Object.fromEntries(paths.map(([path, kind]) => [path, { kind, inputDiff: false }])),
  };
}

/** The one-document form. */
export function digest(steps: readonly Step[], more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    steps: steps.map(digestStep),
    duration: 2_593_571_491,
    changeSummary: { same: 24 },
    ...more,
  });
}

/** The same step as an event of the streaming form. */
export function eventOf(step: Step, kind = "resourcePreEvent"): Record<string, unknown> {
  const { op, urn, oldState, newState, diffReasons, replaceReasons } = digestStep(step);
  const detailed = Object.entries(step.detailed ?? {});
  const metadata = {
    op,
    urn,
    type: step.chain.split("$").at(-1),
    old: oldState ?? null,
    new: newState ?? null,
    keys: replaceReasons,
    diffs: diffReasons,
    detailedDiff: Object.fromEntries(
      detailed.map(([path, diffKind]) => [path, { diffKind, inputDiff: false }]),
    ),
    provider: "",
  };
  return { [kind]: { metadata, planning: true } };
}

/** The end of the stack's events, where its outputs are. */
export function stackOutputs(
  old: Record<string, unknown>,
  later: Record<string, unknown>,
): Record<string, unknown> {
  const type = "pulumi:pulumi:Stack";
  const state = (outputs: Record<string, unknown>) => ({
    type,
    urn: STACK_URN,
    inputs: {},
    outputs,
  });
  const metadata = { op: "same", urn: STACK_URN, type, old: state(old), new: state(later) };
  return { resOutputsEvent: { metadata, planning: true } };
}

export const SUMMARY = {
  summaryEvent: { maybeCorrupt: false, durationSeconds: 4, resourceChanges: { same: 24 } },
};

/** The streaming form. */
export function events(list: readonly Record<string, unknown>[]): string {
  return list
    .map(
      (event, sequence) => `${JSON.stringify({ sequence, timestamp: 1_700_000_000, ...event })}\n`,
    )
    .join("");
}

/** A change as the parser gives it. */
export function changeOf(parts: Partial<ResourceChange> & { chain?: string }): ResourceChange {
  const { chain = `${ENGINE}$${CONTAINER}`, name = "backend-hasura-container", ...rest } = parts;
  return {
    urn: urnOf(chain, name),
    type: chain.slice(chain.lastIndexOf("$") + 1),
    name,
    action: Action.Replace,
    diffs: [],
    replaceKeys: [],
    detailed: new Map(),
    ...rest,
  };
}

export function state(inputs: Record<string, unknown> = {}, more: object = {}) {
  return { inputs, protect: false, retainOnDelete: false, dependencies: [], ...more };
}

export function previewOf(parts: Partial<Preview> = {}): Preview {
  return {
    stack: "dev",
    changes: [],
    unchanged: 24,
    kept: [],
    outputs: {},
    diagnostics: [],
    failed: false,
    fromGraphs: false,
    ...parts,
  };
}

/** The report of some changes. */
export function reportOf(...changes: ResourceChange[]): Report {
  return describePreview(previewOf({ changes }), "Preview");
}

/** The only entry of a report. */
export function onlyEntry(report: Report): Entry {
  const entries = report.groups.flatMap((group) => group.entries);
  const [only] = entries;
  if (only === undefined || entries.length > 1) throw new Error(`${entries.length} entries`);
  return only;
}
