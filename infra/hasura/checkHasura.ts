import { isIP } from "node:net";
import type { Problem } from "../validation/problems";
import { checkImage, checkNumber, checkPort, type NumberRule } from "../validation/rules";
import { envProblems } from "./checkEnv";
import { originProblems } from "./checkOrigins";
import { Preset } from "./hasuraArgs";

/** The engine's arguments as plain values; what is not known yet is absent. */
export interface HasuraInput {
  image?: string;
  requireClaims?: boolean;
  port?: number;
  bindAddress?: string;
  adminSecret?: string;
  preset?: Preset;
  console?: boolean;
  devMode?: boolean;
  corsDomains?: string[];
  enabledApis?: string[];
  logTypes?: string[];
  env?: Record<string, string>;
  memoryMb?: number;
  cpus?: number;
  graceSeconds?: number;
  networks?: string[];
  extraHosts?: Record<string, string>;
  caCertificates?: string[];
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
const MISNAMED_LOG_TYPE = ["validate-input-log", "validate-insert-input-log"] as const;
const NUMBERS: [keyof HasuraInput, NumberRule][] = [
  ["memoryMb", { min: 256, unit: "megabytes" }],
  ["cpus", { min: 0.1, unit: "cores", fraction: true }],
  ["graceSeconds", { min: 10, max: 3600, unit: "seconds" }],
];

function listedProblems(path: string, values: string[] = [], allowed: string[]): Problem[] {
  if (values.length === 0) return [];
  return values
    .filter((value) => !allowed.includes(value))
    .map((value) => ({
      path,
      reason: `"${value}" is not known to Hasura; allowed: ${allowed.join(", ")}; remove or correct it`,
    }));
}

function logTypeProblems(given?: string[]): Problem[] {
  const path = "hasura.logTypes";
  const [misnamed, right] = MISNAMED_LOG_TYPE;
  const others = given?.filter((one) => one !== misnamed);
  const problems = listedProblems(path, others, LOG_TYPES);
  if (!given?.includes(misnamed)) return problems;
  const reason = `"${misnamed}" is not known to Hasura, though its reference has it; allowed: ${LOG_TYPES.join(", ")}; write ${right}`;
  return [...problems, { path, reason }];
}

/** Programs of Hasura's that are no GraphQL engine of version 2: the engine of DDN, and what belongs to it. */
const OTHER_PROGRAM = /(?:^|\/)(?:v3-|ndc-|ddn-)[\w.-]*(?=[:@]|$)/;
/** The major version in the tag of an image that is called graphql-engine, wherever it is kept and whatever digest follows. */
const ENGINE_VERSION = /(?:^|\/)graphql-engine(?:-\w+)?:v?(\d+)(?=[.@-]|$)/;

function engineProblems(image: string | undefined): Problem[] {
  if (typeof image !== "string") return [];
  const allowed = `allowed: hasura/graphql-engine of version 2; use the default, or a tag such as v2.50.10`;
  if (OTHER_PROGRAM.test(image)) {
    const reason = `"${image}" is another program than the GraphQL engine of version 2, which the component sets up; ${allowed}`;
    return [{ path: "hasura.image", reason }];
  }
  const version = ENGINE_VERSION.exec(image)?.[1];
  if (version === undefined || version === "2") return [];
  const reason = `"${image}" is of version ${version}, which does not know what the component sets; ${allowed}`;
  return [{ path: "hasura.image", reason }];
}

function secretProblems({ adminSecret }: HasuraInput): Problem[] {
  if (adminSecret === undefined) return [];
  const path = "hasura.adminSecret";
  if (/[^\x21-\x7e]/.test(adminSecret)) {
    return [
      {
        path,
        reason:
          "has a space, a line break or a character outside ASCII, which an HTTP header cannot carry; allowed: printable ASCII; leave it out to have one generated",
      },
    ];
  }
  if (adminSecret.length >= 32) return [];
  return [
    {
      path,
      reason: `has ${adminSecret.length} characters; allowed: at least 32; leave it out to have one generated`,
    },
  ];
}

function certificateProblems(certificates: string[] = []): Problem[] {
  return certificates.flatMap((pem, index) =>
    /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/.test(pem.trim()) &&
    !pem.includes("PRIVATE KEY-----")
      ? []
      : [
          {
            path: `hasura.caCertificates[${index}]`,
            reason:
              "is no PEM certificate; allowed: text between BEGIN CERTIFICATE and END CERTIFICATE; paste the authority's certificate, not its key",
          },
        ],
  );
}

function networkProblems(networks: string[] = []): Problem[] {
  return networks
    .filter((name) => ["host", "none", "bridge", ""].includes(name))
    .map((name) => ({
      path: "hasura.networks",
      reason: `"${name}" cannot be joined beside the stack's own network; allowed: names of user-made networks; create one with "docker network create"`,
    }));
}

function hostProblems(hosts: Record<string, string> = {}): Problem[] {
  return Object.entries(hosts).flatMap(([name, address]: [string, unknown]) => {
    const path = `hasura.extraHosts.${name}`;
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(name)) {
      return [
        {
          path,
          reason:
            "is no host name; allowed: letters, digits, dots and hyphens; write the name alone, without scheme and port",
        },
      ];
    }
    if (address === "host-gateway" || (typeof address === "string" && isIP(address) !== 0)) {
      return [];
    }
    return [
      {
        path,
        reason: `is no IP address; allowed: an IPv4 or IPv6 address, or "host-gateway" for the Docker host; write one of them, without a port`,
      },
    ];
  });
}

/** Everything that is wrong with the engine's arguments. */
export function checkHasura(input: HasuraInput): Problem[] {
  const presets: string[] = Object.values(Preset);
  return [
    ...checkImage("hasura.image", input.image),
    ...engineProblems(input.image),
    ...checkPort("hasura.port", "hasura.bindAddress", input.port, input.bindAddress),
    ...secretProblems(input),
    ...(input.preset === undefined ? [] : listedProblems("hasura.preset", [input.preset], presets)),
    ...originProblems(input.corsDomains, input.preset),
    ...listedProblems("hasura.enabledApis", input.enabledApis, APIS),
    ...logTypeProblems(input.logTypes),
    ...envProblems(input.env, input.preset),
    ...NUMBERS.flatMap(([key, rule]) => checkNumber(`hasura.${key}`, input[key], rule)),
    ...networkProblems(input.networks),
    ...hostProblems(input.extraHosts),
    ...certificateProblems(input.caCertificates),
  ];
}
