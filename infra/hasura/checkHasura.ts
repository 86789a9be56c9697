import { isIP } from "node:net";
import type { Unwrap } from "@pulumi/pulumi";
import { type Problem, ProblemList } from "../validation/problems";
import { bindAddress, cores, image, number, port } from "../validation/rules";
import {
  anything,
  type Check,
  flag,
  group,
  judged,
  list,
  mapOf,
  type Shaped,
  sound,
  text,
} from "../validation/shape";
import { checkEnv } from "./checkEnv";
import { checkOrigins } from "./checkOrigins";
import {
  HASURA_DEFAULTS,
  type HasuraArgs,
  PRESET_DEFAULTS,
  Preset,
  type Stage,
} from "./hasuraArgs";

/** The engine's arguments whose Outputs are known. */
export type HasuraInput = Unwrap<HasuraArgs>;

/** What an engine is set to, but for its secrets. */
export interface HasuraSettings {
  preset: Preset;
  image: string;
  requireClaims: boolean;
  port: number;
  bindAddress: string;
  console: boolean;
  devMode: boolean;
  corsDomains: string[];
  enabledApis: string[];
  logTypes: string[];
  memoryMb: number;
  cpus: number;
  graceSeconds: number;
  /** Sorted, because the provider compares lists. */
  networks: string[];
  extraHosts: Record<string, string>;
  caCertificates: string[];
}

const APIS = ["graphql", "metadata", "config", "pgdump", "developer", "metrics"];
const LOG_TYPES = [
  "startup",
  "http-log",
  "webhook-log",
  "websocket-log",
  "query-log",
  "execution-log",
  "livequery-poller-log",
  "action-handler-log",
  "data-connector-log",
  "jwk-refresh-log",
  "validate-insert-input-log",
];
/** As Hasura's own reference has it (graphql-engine, Logging.hs), and what the engine takes. */
const MISNAMED_LOG_TYPE = "validate-input-log";
const RIGHT_LOG_TYPE = "validate-insert-input-log";

function known(allowed: readonly string[]): Check<string[]> {
  return judged(list(text), (values, path, problems) => {
    for (const value of values.filter((one) => !allowed.includes(one))) {
      const what =
        value === MISNAMED_LOG_TYPE
          ? "is not known to Hasura, though its reference has it"
          : "is not known to Hasura";
      const remedy =
        value === MISNAMED_LOG_TYPE ? `write ${RIGHT_LOG_TYPE}` : "remove or correct it";
      problems.add(path, `"${value}" ${what}; allowed: ${allowed.join(", ")}; ${remedy}`);
    }
  });
}

/** Programs of Hasura's that are no GraphQL engine of version 2: the engine of DDN, and what belongs to it. */
const OTHER_PROGRAM = /(?:^|\/)(?:v3-|ndc-|ddn-)[\w.-]*(?=[:@]|$)/;
/** The major version in the tag of an image that is called graphql-engine, wherever it is kept and whatever digest follows. */
const ENGINE_VERSION = /(?:^|\/)graphql-engine(?:-\w+)?:v?(\d+)(?=[.@-]|$)/;

function engineProblem(reference: string): string | undefined {
  const allowed = `allowed: hasura/graphql-engine of version 2; use the default, or a tag such as v2.50.10`;
  if (OTHER_PROGRAM.test(reference)) {
    return `"${reference}" is not the GraphQL engine of version 2, which the component sets up; ${allowed}`;
  }
  const version = ENGINE_VERSION.exec(reference)?.[1];
  if (version === undefined || version === "2") return undefined;
  return `"${reference}" is of version ${version}, which does not support what the component sets; ${allowed}`;
}

/** Why an admin secret cannot be used, or undefined. */
export function adminSecretProblem(secret: string, remedy: string): string | undefined {
  if (/[^\x21-\x7e]/.test(secret)) {
    return `has a space, a line break or a character outside ASCII, which an HTTP header cannot carry; allowed: printable ASCII; ${remedy}`;
  }
  if (secret.length >= 32) return undefined;
  return `has ${secret.length} characters; allowed: at least 32; ${remedy}`;
}

const certificate = sound(text, (pem) =>
  /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/.test(pem.trim()) &&
  !pem.includes("PRIVATE KEY-----")
    ? undefined
    : "is not a PEM certificate; allowed: text between BEGIN CERTIFICATE and END CERTIFICATE; paste the authority's certificate, not its key",
);

const networks = judged(list(text), (names, path, problems) => {
  for (const name of names.filter((one) => ["host", "none", "bridge", ""].includes(one))) {
    problems.add(
      path,
      `"${name}" cannot be joined beside the stack's own network; allowed: names of user-made networks; create one with "docker network create"`,
    );
  }
});

const extraHosts = judged(mapOf(anything), (hosts, path, problems) => {
  for (const [name, address] of Object.entries(hosts)) {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) {
      problems.add(
        `${path}.${name}`,
        "is not a host name; allowed: letters, digits, dots and hyphens; write only the name, without scheme and port",
      );
    } else if (address !== undefined && address !== "host-gateway" && isIP(`${address}`) === 0) {
      problems.add(
        `${path}.${name}`,
        `is not an IP address; allowed: an IPv4 or IPv6 address, or "host-gateway" for the Docker host; write one of them, without a port`,
      );
    }
  }
}) as Check<Record<string, string>>;

const FIELDS = {
  image: sound(image, engineProblem),
  requireClaims: flag,
  port,
  bindAddress,
  adminSecret: sound(text, (it) => adminSecretProblem(it, "leave it out to generate one")),
  console: flag,
  devMode: flag,
  enabledApis: known(APIS),
  logTypes: known(LOG_TYPES),
  memoryMb: number({ min: 256, unit: "megabytes" }),
  cpus: cores,
  graceSeconds: number({ min: 10, max: 3600, unit: "seconds" }),
  networks,
  extraHosts,
  caCertificates: list(certificate, "a list of certificates"),
};

function fieldsFor(stage: Stage) {
  return {
    ...FIELDS,
    corsDomains: judged(list(text), checkOrigins(stage)),
    env: judged(mapOf(anything), checkEnv(stage)) as Check<Record<string, string>>,
  };
}

/** The engine's arguments of the right types and within bounds; what is not usable is absent. */
export function readHasura(
  raw: unknown,
  stage: Stage,
  problems: ProblemList,
): Shaped<ReturnType<typeof fieldsFor>> {
  return group(fieldsFor(stage))(raw ?? {}, "hasura", problems) ?? {};
}

/** The engine's settings with every default. */
export function settleHasura(
  { adminSecret: _secret, env: _env, ...given }: ReturnType<typeof readHasura>,
  preset: Preset,
): HasuraSettings {
  const settled = { ...HASURA_DEFAULTS, ...PRESET_DEFAULTS[preset], ...given };
  return {
    ...settled,
    preset,
    requireClaims: requiresClaims(settled.image, given.requireClaims),
    networks: [...settled.networks].sort(),
  };
}

/** Everything that is wrong with the engine's arguments. */
export function checkHasura(
  input: HasuraInput,
  stage: Stage = { preset: Preset.Production, allowed: [] },
): Problem[] {
  const problems = new ProblemList();
  readHasura(input, stage, problems);
  return [...problems.list()];
}

/** The first release that knows `extra_required_claims` (graphql-engine, release notes of v2.49.4). */
const SINCE = [2, 49, 4] as const;

/**
 * Whether the engine is told to require the claims that it compares: as set, otherwise where the image's tag names a release that knows
 * how. A digest names none, and a tag of another
 * major version counts releases of its own.
 */
export function requiresClaims(image: string, set?: boolean): boolean {
  if (set !== undefined) return set;
  const [, ...parts] = /:v?(2)\.(\d+)\.(\d+)/.exec(image) ?? [];
  if (parts.length === 0) return false;
  const difference = SINCE.map((least, index) => Number(parts[index]) - least).find(
    (it) => it !== 0,
  );
  return (difference ?? 0) >= 0;
}
