import { invalid, type Result, valid } from "../infra/validation/problems";
import { isRecord, type Preview } from "./preview";
import { isDigest, readDigest } from "./readDigest";
import { EventReader, isEvent } from "./readEvents";

/** Characters that are read at most; a preview of thousands of resources has some ten million. */
export const MAX_PREVIEW_LENGTH = 200_000_000;

const MAKE_IT = "make it again: pulumi preview --json";

/** Reads what `pulumi preview --json` printed, as one document or as one event a line. */
export function parsePreview(text: string): Result<Preview> {
  if (text.length > MAX_PREVIEW_LENGTH) {
    const reason = `has ${text.length} characters; at most ${MAX_PREVIEW_LENGTH} are read`;
    return invalid("preview", reason);
  }
  const content = text.replace(/^\uFEFF/, "").trim();
  if (content === "") return invalid("preview", `is empty; ${MAKE_IT}`);
  if (!content.startsWith("{") && !content.startsWith("[")) {
    return invalid(
      "preview",
      `does not begin with JSON; take the standard output alone, or ${MAKE_IT}`,
    );
  }
  const end = content.indexOf("\n");
  const first = jsonOf(end < 0 ? content : content.slice(0, end));
  if (first !== undefined && isEvent(first.value)) return readLines(content);
  // Parsing megabytes twice would take as long again.
  const whole = end < 0 ? first : jsonOf(content);
  if (whole === undefined)
    return invalid("preview", `is JSON that breaks off or is broken; ${MAKE_IT}`);
  return fromValue(whole.value);
}

function fromValue(value: unknown): Result<Preview> {
  if (isDigest(value)) return valid(readDigest(value));
  if (isRecord(value) && Object.hasOwn(value, "steps")) {
    return invalid("preview", `has steps without an operation and a URN; ${MAKE_IT}`);
  }
  const reason = "is JSON of something else: it has neither steps nor events";
  return invalid("preview", `${reason}; use what pulumi preview --json prints`);
}

/** `undefined` where the text is no JSON. */
function jsonOf(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function readLines(content: string): Result<Preview> {
  const reader = new EventReader();
  let number = 0;
  for (const line of linesOf(content)) {
    number += 1;
    if (line.trim() === "") continue;
    const parsed = jsonOf(line);
    if (parsed === undefined) {
      return invalid("preview", `line ${number} breaks off or is no JSON; ${MAKE_IT}`);
    }
    if (!isEvent(parsed.value)) {
      return invalid("preview", `line ${number} is no event of a preview; ${MAKE_IT}`);
    }
    reader.add(parsed.value);
  }
  return reader.finish();
}

/** One line at a time, so that a large preview is not held twice. */
function* linesOf(content: string): Generator<string> {
  for (let start = 0; start <= content.length; ) {
    const end = content.indexOf("\n", start);
    yield content.slice(start, end < 0 ? undefined : end);
    start = end < 0 ? content.length + 1 : end + 1;
  }
}
