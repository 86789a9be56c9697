import { invalid, type Result, valid } from "../../infra/validation/problems";
import {
  type Diagnostic,
  isRecord,
  type Preview,
  type Properties,
  recordIn,
  STACK_TYPE,
  textIn,
  typeChainOf,
} from "./preview";
import { type StepKeys, StepMerger } from "./stepMerger";

/** Characters that are read at most; a preview of thousands of resources has some ten million. */
export const MAX_PREVIEW_LENGTH = 200_000_000;

const RUN_AGAIN = "run it again: pulumi preview --json";

/** Reads what `pulumi preview --json` printed, as one document or as one event a line. */
export function parsePreview(text: string): Result<Preview> {
  if (text.length > MAX_PREVIEW_LENGTH) {
    const reason = `has ${text.length} characters; at most ${MAX_PREVIEW_LENGTH} are read`;
    return invalid("preview", reason);
  }
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") return invalid("preview", `is empty; ${RUN_AGAIN}`);
  if (!content.startsWith("{") && !content.startsWith("[")) {
    const reason = `does not begin with JSON; pass the standard output alone, or ${RUN_AGAIN}`;
    return invalid("preview", reason);
  }
  const end = content.indexOf("\n");
  const first = jsonOf(end < 0 ? content : content.slice(0, end));
  if (first !== undefined && isEvent(first.value)) return readEvents(content);
  // Parsing megabytes twice would take as long again.
  const whole = end < 0 ? first : jsonOf(content);
  if (whole === undefined) {
    return invalid("preview", `is broken or incomplete JSON; ${RUN_AGAIN}`);
  }
  return readDocument(whole.value);
}

/** `undefined` where the text is not JSON. */
function jsonOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

const DOCUMENT_KEYS: StepKeys = {
  old: "oldState",
  new: "newState",
  diffs: "diffReasons",
  replaceKeys: "replaceReasons",
};

/** Reads the one-document form; it has the stack's outputs of before, but rarely those of after. */
function readDocument(value: unknown): Result<Preview> {
  if (!isDocument(value)) {
    const isOther = !isRecord(value) || !Object.hasOwn(value, "steps");
    const reason = isOther
      ? "is JSON of something else: it has neither steps nor events; use what pulumi preview --json prints"
      : `has steps without an operation and a URN; ${RUN_AGAIN}`;
    return invalid("preview", reason);
  }
  const reader = new PreviewReader();
  for (const step of recordsOf(value.steps)) {
    reader.addStep(step, DOCUMENT_KEYS);
    if (typeChainOf(textIn(step, "urn")) === STACK_TYPE) {
      reader.addOutputs(step.oldState, hasOutputs(step.newState) ? step.newState : undefined);
    }
  }
  for (const entry of recordsOf(value.diagnostics)) reader.addDiagnostic(entry);
  return valid(reader.preview(recordIn(value, "changeSummary").same));
}

function isDocument(value: unknown): value is Properties {
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

function recordsOf(list: unknown): Properties[] {
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

function hasOutputs(state: unknown): boolean {
  return isRecord(state) && Object.keys(recordIn(state, "outputs")).length > 0;
}

const EVENT_KEYS: StepKeys = { old: "old", new: "new", diffs: "diffs", replaceKeys: "keys" };

/** Whether a JSON value is an event of the streaming form. */
function isEvent(value: unknown): value is Properties {
  if (!isRecord(value)) return false;
  return (
    typeof value.sequence === "number" ||
    Object.keys(value).some((key) => key.endsWith("Event") && isRecord(value[key]))
  );
}

/** Reads the streaming form, event by event, and keeps only what is reported. */
function readEvents(content: string): Result<Preview> {
  const reader = new PreviewReader();
  let summary: Properties | undefined;
  let number = 0;
  for (const line of linesOf(content)) {
    number += 1;
    if (line.trim() === "") continue;
    const event = jsonOf(line);
    if (event === undefined) {
      return invalid("preview", `line ${number} is broken or incomplete JSON; ${RUN_AGAIN}`);
    }
    if (!isEvent(event.value)) {
      return invalid("preview", `line ${number} is not an event of a preview; ${RUN_AGAIN}`);
    }
    addEvent(reader, event.value);
    if (isRecord(event.value.summaryEvent)) summary = event.value.summaryEvent;
  }
  const preview = reader.preview(recordIn(summary ?? {}, "resourceChanges").same);
  if (summary === undefined && !preview.failed) {
    return invalid("preview", `ends before its summary, so it is incomplete; ${RUN_AGAIN}`);
  }
  return valid({ ...preview, failed: preview.failed || summary?.result === "failed" });
}

/** One line at a time, so that a large preview is not held twice. */
function* linesOf(content: string): Generator<string> {
  for (let start = 0; start <= content.length; ) {
    const end = content.indexOf("\n", start);
    yield content.slice(start, end < 0 ? undefined : end);
    start = end < 0 ? content.length + 1 : end + 1;
  }
}

function addEvent(reader: PreviewReader, event: Properties): void {
  const { resourcePreEvent, resOutputsEvent, diagnosticEvent, policyEvent } = event;
  if (isRecord(resourcePreEvent)) {
    reader.addStep(recordIn(resourcePreEvent, "metadata"), EVENT_KEYS);
  }
  if (isRecord(resOutputsEvent)) {
    const metadata = recordIn(resOutputsEvent, "metadata");
    // A stack registers its outputs last, so that the last event has them.
    if (textIn(metadata, "type") === STACK_TYPE) reader.addOutputs(metadata.old, metadata.new);
  }
  if (isRecord(diagnosticEvent)) reader.addDiagnostic(diagnosticEvent);
  if (isRecord(policyEvent)) {
    const severity = textIn(policyEvent, "enforcementLevel") === "mandatory" ? "error" : "warning";
    const message = `policy ${textIn(policyEvent, "policyName")}: ${textIn(policyEvent, "message")}`;
    reader.addDiagnostic({ severity, message, urn: textIn(policyEvent, "resourceUrn") });
  }
}

/** Gathers what either form says. */
class PreviewReader {
  private readonly merger = new StepMerger();
  private readonly diagnostics: Diagnostic[] = [];
  private outputs: Preview["outputs"] = {};
  private stack = "";

  addStep(step: Properties, keys: StepKeys): void {
    this.merger.add(step, keys);
    const [head = ""] = textIn(step, "urn").split("::");
    if (head.startsWith("urn:pulumi:")) this.stack ||= head.slice("urn:pulumi:".length);
  }

  addOutputs(old: unknown, later: unknown): void {
    this.outputs = {
      ...(isRecord(old) && { old: recordIn(old, "outputs") }),
      ...(isRecord(later) && { new: recordIn(later, "outputs") }),
    };
  }

  /** Leaves out what is there for debugging, which shows inputs. */
  addDiagnostic(entry: Properties): void {
    const severity = textIn(entry, "severity");
    const message = `${textIn(entry, "prefix")}${textIn(entry, "message")}`.trim();
    const urn = textIn(entry, "urn");
    if (severity === "debug" || message === "" || entry.ephemeral === true) return;
    const known = severity === "error" || severity === "warning" ? severity : "info";
    this.diagnostics.push({ severity: known, message, ...(urn !== "" && { urn }) });
  }

  /** The preview; `same` is the number of unchanged resources where the form has it. */
  preview(same: unknown): Preview {
    return {
      stack: this.stack,
      changes: this.merger.list(),
      unchanged: typeof same === "number" ? same : this.merger.unchanged,
      kept: this.merger.kept,
      outputs: this.outputs,
      diagnostics: this.diagnostics,
      failed: this.diagnostics.some(({ severity }) => severity === "error"),
      fromGraphs: false,
    };
  }
}
