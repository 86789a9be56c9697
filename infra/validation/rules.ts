import { isIP } from "node:net";
import type { Problem } from "./problems";

/** What a number may be. */
export interface NumberRule {
  min: number;
  max?: number;
  unit: string;
  /** Whether it may have a fraction. Default: false. */
  fraction?: boolean;
}

/** A number within its bounds. */
export function checkNumber(path: string, value: unknown, rule: NumberRule): Problem[] {
  if (value === undefined) return [];
  const kind = rule.fraction ? "a number" : "a whole number";
  const upper = rule.max === undefined ? "or more" : `to ${rule.max}`;
  const right =
    typeof value === "number" &&
    Number.isFinite(value) &&
    (rule.fraction || Number.isInteger(value)) &&
    value >= rule.min &&
    (rule.max === undefined || value <= rule.max);
  if (right) return [];
  return [
    {
      path,
      reason: `${JSON.stringify(value)} is out of bounds; allowed: ${kind} of ${rule.unit}, ${rule.min} ${upper}; change it or leave it out`,
    },
  ];
}

/** A host port and the address it is bound to. */
export function checkPort(
  portPath: string,
  addressPath: string,
  port: unknown,
  address: string | undefined,
): Problem[] {
  const problems = checkNumber(portPath, port, { min: 1, max: 65535, unit: "a TCP port" });
  if (address !== undefined && isIP(address) === 0) {
    problems.push({
      path: addressPath,
      reason: `"${address}" is no IP address; allowed: an IPv4 or IPv6 address of this host; use "127.0.0.1" unless others must reach it`,
    });
  }
  return problems;
}

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

/** An image by tag or digest; a tag that moves, such as `latest`, spoken or silent, is refused, because it changes behind a stack's back. */
export function checkImage(path: string, image: string | undefined): Problem[] {
  if (image === undefined) return [];
  const remedy = `use "name:tag" or "name@sha256:…"`;
  if (!IMAGE.test(image)) {
    return [
      {
        path,
        reason: `"${image}" is no image reference; allowed: name with tag or digest; ${remedy}`,
      },
    ];
  }
  if (image.includes("@")) return [];
  const tag = /:([^:/]+)$/.exec(image)?.[1];
  if (tag !== undefined && !isMoving(tag)) return [];
  return [
    {
      path,
      reason: `"${image}" has no fixed tag; allowed: a tag of one release, or a digest; ${remedy}`,
    },
  ];
}
