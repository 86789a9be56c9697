import { detailedDiffOf, isIdle, type RawStep, StepMerger } from "./mergeSteps";
import {
  type Diagnostic,
  isRecord,
  type Preview,
  type Properties,
  recordIn,
  STACK_TYPE,
  textIn,
  textsIn,
} from "./preview";
import { stackOf } from "./stackOf";

/** Whether a JSON value looks like what `pulumi preview --json` prints as one document. */
export function isDigest(value: unknown): value is Properties {
  if (!isRecord(value)) return false;
  if (Array.isArray(value.steps)) return value.steps.every(isStep);
  // An error before the first step leaves messages alone.
  if (Array.isArray(value.diagnostics)) return value.diagnostics.every(isMessage);
  return typeof value.duration === "number" && Object.hasOwn(value, "changeSummary");
}

function isStep(step: unknown): boolean {
  return isRecord(step) && textIn(step, "op") !== "" && textIn(step, "urn") !== "";
}

function isMessage(entry: unknown): boolean {
  return isRecord(entry) && typeof entry.message === "string";
}

/** Reads the one-document form; it carries the stack's outputs of before, but not those of after. */
export function readDigest(digest: Properties): Preview {
  const steps = Array.isArray(digest.steps) ? digest.steps.filter(isRecord) : [];
  const merger = new StepMerger();
  const outputs: Preview["outputs"] = {};
  let unchanged = 0;
  for (const step of steps) {
    const raw = rawStep(step);
    if (isStack(raw)) {
      if (raw.old) outputs.old = recordIn(raw.old, "outputs");
      const later = raw.new && recordIn(raw.new, "outputs");
      if (later && Object.keys(later).length > 0) outputs.new = later;
    }
    if (isIdle(raw.op)) unchanged += 1;
    merger.add(raw);
  }
  const same = recordIn(digest, "changeSummary").same;
  const diagnostics = diagnosticsOf(digest);
  return {
    stack: stackOf(steps.map((step) => textIn(step, "urn"))),
    changes: merger.list(),
    unchanged: typeof same === "number" ? same : unchanged,
    outputs,
    diagnostics,
    failed: diagnostics.some(({ severity }) => severity === "error"),
    fromGraphs: false,
  };
}

function rawStep(step: Properties): RawStep {
  return {
    op: textIn(step, "op"),
    urn: textIn(step, "urn"),
    old: isRecord(step.oldState) ? step.oldState : undefined,
    new: isRecord(step.newState) ? step.newState : undefined,
    diffs: textsIn(step, "diffReasons"),
    replaceKeys: textsIn(step, "replaceReasons"),
    detailed: detailedDiffOf(step.detailedDiff),
  };
}

function isStack({ urn }: RawStep): boolean {
  return urn.split("::")[2] === STACK_TYPE;
}

function diagnosticsOf(digest: Properties): Diagnostic[] {
  const list = Array.isArray(digest.diagnostics) ? digest.diagnostics.filter(isRecord) : [];
  return list.flatMap((entry) => diagnosticOf(entry));
}

/** The message of a diagnostic, or none for what is there for debugging, which shows inputs. */
export function diagnosticOf(entry: Properties): Diagnostic[] {
  const severity = textIn(entry, "severity");
  const message = `${textIn(entry, "prefix")}${textIn(entry, "message")}`.trim();
  const urn = textIn(entry, "urn");
  if (severity === "debug" || message === "" || entry.ephemeral === true) return [];
  const known = severity === "error" || severity === "warning" ? severity : "info";
  return [{ severity: known, message, ...(urn === "" ? {} : { urn }) }];
}
