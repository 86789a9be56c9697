import { isIP } from "node:net";
import type { Problem } from "../validation/problems";
import { checkImage, checkNumber, checkPort, type NumberRule } from "../validation/rules";
import { OWNED_VARIABLES } from "./environment";
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
  "validate-input-log",
];
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

function originProblem(origin: string): string | undefined {
  if (origin === "*") return undefined;
  const match = /^[a-z][a-z0-9+.-]*:\/\/(\*\.)?[a-z0-9.-]+(:\d+)?$/i.exec(origin);
  if (match) return undefined;
  return `"${origin}" is not an origin; allowed: scheme, host and port without a path, such as "https://app.example.com" (or "*"); remove what follows the host and add the scheme`;
}

function corsProblems({ corsDomains = [], preset }: HasuraInput): Problem[] {
  const path = "hasura.corsDomains";
  const problems = corsDomains.flatMap((origin) => {
    const reason = originProblem(origin);
    return reason === undefined ? [] : [{ path, reason }];
  });
  if (corsDomains.includes("*") && corsDomains.length > 1) {
    problems.push({
      path,
      reason: `"*" stands beside other origins; allowed: "*" alone, or a list of origins; remove it, or them`,
    });
  } else if (preset !== Preset.Development && corsDomains.includes("*")) {
    problems.push({
      path,
      reason: `"*" lets every website call the API; allowed with the production preset: listed origins; list them, or use the development preset`,
    });
  }
  return problems;
}

function envProblems(env: Record<string, string> = {}): Problem[] {
  return Object.entries(env).flatMap(([name, value]: [string, unknown]) => {
    const path = `hasura.env.${name}`;
    if (OWNED_VARIABLES.includes(name)) {
      return [
        {
          path,
          reason:
            "is set by the component; allowed: variables it does not own; use the argument of that meaning instead",
        },
      ];
    }
    if (value !== undefined && typeof value !== "string") {
      return [{ path, reason: "is no text; allowed: text; put the value in quotes" }];
    }
    if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) return [];
    return [
      {
        path,
        reason:
          "is no name of a variable; allowed: letters, digits and underscores, not starting with a digit; rename it",
      },
    ];
  });
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
    /^-----BEGIN CERTIFICATE-----[\s\S]+-----END CERTIFICATE-----\s*$/.test(pem.trim())
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
    ...checkPort("hasura.port", "hasura.bindAddress", input.port, input.bindAddress),
    ...secretProblems(input),
    ...(input.preset === undefined ? [] : listedProblems("hasura.preset", [input.preset], presets)),
    ...corsProblems(input),
    ...listedProblems("hasura.enabledApis", input.enabledApis, APIS),
    ...listedProblems("hasura.logTypes", input.logTypes, LOG_TYPES),
    ...envProblems(input.env),
    ...NUMBERS.flatMap(([key, rule]) => checkNumber(`hasura.${key}`, input[key], rule)),
    ...networkProblems(input.networks),
    ...hostProblems(input.extraHosts),
    ...certificateProblems(input.caCertificates),
  ];
}
