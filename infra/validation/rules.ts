import { isIP } from "node:net";
import { type Problem, ProblemList } from "./problems";
import { type Check, sound, text } from "./shape";

/** What a number may be. */
export interface NumberRule {
  min: number;
  max?: number;
  unit: string;
  /** Whether it may have a fraction. Default: false. */
  fraction?: boolean;
}

/** A number within its bounds. */
export function number(rule: NumberRule): Check<number> {
  const { min, max = Number.POSITIVE_INFINITY, unit, fraction } = rule;
  const kind = fraction ? "a number" : "a whole number";
  const upper = rule.max === undefined ? "or more" : `to ${max}`;
  const fits = (value: unknown) =>
    typeof value === "number" &&
    Number.isFinite(value) &&
    (fraction || Number.isInteger(value)) &&
    value >= min &&
    value <= max;
  return sound(
    (value) => value as number,
    (value) =>
      fits(value)
        ? undefined
        : `${JSON.stringify(value)} is out of bounds; allowed: ${kind} of ${unit}, ${min} ${upper}; change it or leave it out`,
  );
}

/** A TCP port. */
export const port = number({ min: 1, max: 65535, unit: "a TCP port" });

/** CPU limit of a container. */
export const cores = number({ min: 0.1, unit: "cores", fraction: true });

/** An address of this host. */
export const bindAddress = sound(text, (address) =>
  isIP(address) === 0
    ? `"${address}" is not an IP address; allowed: an IPv4 or IPv6 address of this host; use "127.0.0.1" unless others must reach it`
    : undefined,
);

const IMAGE = /^[a-z0-9]([\w.:/-]*\w)?(@sha256:[0-9a-f]{64})?$/;

/** First words of tags that are moved to each new build, whatever follows them. */
const MOVING = /^latest(?![a-z0-9])/i;
/** First words that name a branch, a channel or a distribution; a date or a version behind them fixes the build. */
const CHANNEL = new RegExp(
  `^(?:${[
    "alpha|beta|canary|edge|main|master|nightly|rc|rolling|snapshot|trunk|unstable",
    "alpine|bookworm|bullseye|debian|jammy|noble|slim|trixie|ubi|ubuntu",
  ].join("|")})(?![a-z0-9])`,
  "i",
);
/** What names the base of an image instead of its build. */
const BASE = /\b(?:pg|postgres(?:ql)?|alpine|debian|ubi|ubuntu|cli-migrations-v)[\d.]*/gi;

function isMoving(tag: string): boolean {
  if (MOVING.test(tag)) return true;
  return CHANNEL.test(tag) && !/\d/.test(tag.replaceAll("_", "-").replace(BASE, ""));
}

function imageProblem(reference: string): string | undefined {
  const remedy = `use "name:tag" or "name@sha256:…"`;
  if (!IMAGE.test(reference)) {
    return `"${reference}" is not an image reference; allowed: name with tag or digest; ${remedy}`;
  }
  if (reference.includes("@")) return undefined;
  const tag = /:([^:/]+)$/.exec(reference)?.[1];
  if (tag !== undefined && !isMoving(tag)) return undefined;
  return `"${reference}" has no fixed tag; allowed: a tag of one release, or a digest; ${remedy}`;
}

/** An image by tag or digest. A tag that moves, such as `latest`, is refused, because it changes behind a stack's back. */
export const image = sound(text, imageProblem);

/** What is wrong with an image reference. */
export function checkImage(path: string, reference: string | undefined): Problem[] {
  const problems = new ProblemList();
  if (reference !== undefined) image(reference, path, problems);
  return [...problems.list()];
}
