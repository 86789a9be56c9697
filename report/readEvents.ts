import { invalid, type Result, valid } from "../infra/validation/problems";
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
import { diagnosticOf } from "./readDigest";
import { stackOf } from "./stackOf";

const KINDS = [
  "preludeEvent",
  "resourcePreEvent",
  "resOutputsEvent",
  "resOpFailedEvent",
  "diagnosticEvent",
  "stdoutEvent",
  "summaryEvent",
  "cancelEvent",
  "policyEvent",
  "policyLoadEvent",
  "policyRemediationEvent",
  "policyAnalyzeSummaryEvent",
  "policyRemediateSummaryEvent",
  "policyAnalyzeStackSummaryEvent",
  "startDebuggingEvent",
  "progressEvent",
  "errorEvent",
];

/** Whether a JSON value is an event of the streaming form. */
export function isEvent(value: unknown): value is Properties {
  if (!isRecord(value)) return false;
  return typeof value.sequence === "number" || KINDS.some((kind) => isRecord(value[kind]));
}

/** Reads the streaming form, event by event, and keeps only what is reported. */
export class EventReader {
  private readonly merger = new StepMerger();
  private readonly diagnostics: Diagnostic[] = [];
  private readonly idle = new Set<string>();
  private outputs: Preview["outputs"] = {};
  private stack = "";
  private summary: Properties | undefined;

  add(event: Properties): void {
    const { resourcePreEvent, resOutputsEvent, diagnosticEvent, policyEvent, summaryEvent } = event;
    if (isRecord(resourcePreEvent)) this.step(recordIn(resourcePreEvent, "metadata"));
    if (isRecord(resOutputsEvent)) this.registered(recordIn(resOutputsEvent, "metadata"));
    if (isRecord(diagnosticEvent)) this.diagnostics.push(...diagnosticOf(diagnosticEvent));
    if (isRecord(policyEvent)) this.diagnostics.push(...violationOf(policyEvent));
    if (isRecord(summaryEvent)) this.summary = summaryEvent;
  }

  private step(metadata: Properties): void {
    const step = rawStep(metadata);
    this.stack ||= stackOf([step.urn]);
    if (isIdle(step.op)) this.idle.add(step.urn);
    else this.merger.add(step);
  }

  /** A stack registers its outputs last, so that the last event has them. */
  private registered(metadata: Properties): void {
    if (textIn(metadata, "type") !== STACK_TYPE) return;
    const { old, new: later } = metadata;
    this.outputs = {
      ...(isRecord(old) && { old: recordIn(old, "outputs") }),
      ...(isRecord(later) && { new: recordIn(later, "outputs") }),
    };
  }

  /** The preview, or why it is not whole. */
  finish(): Result<Preview> {
    const errors = this.diagnostics.some(({ severity }) => severity === "error");
    if (this.summary === undefined && !errors) {
      const reason =
        "ends before its summary, so it was cut off; make it again: pulumi preview --json";
      return invalid("preview", reason);
    }
    const { result, resourceChanges } = this.summary ?? {};
    const same = isRecord(resourceChanges) ? resourceChanges.same : undefined;
    return valid({
      stack: this.stack,
      changes: this.merger.list(),
      unchanged: typeof same === "number" ? same : this.idle.size,
      outputs: this.outputs,
      diagnostics: this.diagnostics,
      failed: errors || result === "failed",
      fromGraphs: false,
    });
  }
}

function rawStep(metadata: Properties): RawStep {
  return {
    op: textIn(metadata, "op"),
    urn: textIn(metadata, "urn"),
    old: isRecord(metadata.old) ? metadata.old : undefined,
    new: isRecord(metadata.new) ? metadata.new : undefined,
    diffs: textsIn(metadata, "diffs"),
    replaceKeys: textsIn(metadata, "keys"),
    detailed: detailedDiffOf(metadata.detailedDiff),
  };
}

function violationOf(event: Properties): Diagnostic[] {
  const severity = textIn(event, "enforcementLevel") === "mandatory" ? "error" : "warning";
  const message = `policy ${textIn(event, "policyName")}: ${textIn(event, "message")}`;
  return diagnosticOf({ severity, message, urn: textIn(event, "resourceUrn") });
}
