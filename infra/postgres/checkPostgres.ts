import { isSwitch, type Problem } from "../validation/problems";
import { checkImage, checkNumber, checkPort, type NumberRule } from "../validation/rules";
import { imageVersion } from "./imageVersion";
import { SslMode } from "./postgresArgs";

/** An external server as plain values; what is not known yet is absent. */
export interface ExternalInput {
  host?: string;
  engineHost?: string;
  port?: number;
  enginePort?: number;
  user?: string;
  password?: string;
  database?: string;
  sslMode?: string;
  superuser?: boolean;
}

/** The Postgres arguments as plain values; what is not known yet is absent. */
export interface PostgresInput {
  image?: string;
  majorVersion?: number;
  metadataDatabase?: string;
  applicationDatabase?: string;
  engineRole?: string;
  port?: number;
  bindAddress?: string;
  parameters?: Record<string, string>;
  shmSizeMb?: number;
  memoryMb?: number;
  cpus?: number;
  protectData?: boolean;
  graceSeconds?: number;
  external?: ExternalInput;
}

/** Settings that the component or the image decides; changing them here would break the wiring or the data. */
const OWNED_PARAMETERS = [
  "config_file",
  "data_directory",
  "hba_file",
  "listen_addresses",
  "port",
  "unix_socket_directories",
];
const NUMBERS: [keyof PostgresInput, NumberRule][] = [
  ["majorVersion", { min: 13, max: 18, unit: "a Postgres major version" }],
  ["shmSizeMb", { min: 64, unit: "megabytes" }],
  ["memoryMb", { min: 128, unit: "megabytes" }],
  ["cpus", { min: 0.1, unit: "cores", fraction: true }],
  ["graceSeconds", { min: 90, max: 3600, unit: "seconds" }],
];
const RESERVED_DATABASES = ["postgres", "template0", "template1"];

function nameProblems(path: string, name: string | undefined, reserved: string[]): Problem[] {
  if (name === undefined) return [];
  if (!/^[a-z_][a-z0-9_]{0,62}$/.test(name)) {
    return [
      {
        path,
        reason: `"${name}" is no plain Postgres name; allowed: 1 to 63 lower-case letters, digits and underscores, not starting with a digit; rename it`,
      },
    ];
  }
  if (isSwitch(name)) {
    return [
      {
        path,
        reason: `"${name}" is a switch, and a name is wanted; allowed: any other name; write one, or leave it out for the default`,
      },
    ];
  }
  if (!reserved.includes(name) && !name.startsWith("pg_")) return [];
  return [
    {
      path,
      reason: `"${name}" belongs to Postgres itself; allowed: any name but ${reserved.join(", ")} and pg_…; rename it`,
    },
  ];
}

function parameterProblems(parameters: Record<string, string> = {}): Problem[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const path = `postgres.parameters.${name}`;
    if (OWNED_PARAMETERS.includes(name)) {
      return [
        {
          path,
          reason: "is decided by the component; allowed: any other server setting; remove it",
        },
      ];
    }
    if (/^[a-z][a-z0-9_.]*$/.test(name) && !/[\r\n\0]/.test(value)) return [];
    return [
      {
        path,
        reason:
          "is no server setting; allowed: a lower-case name with a value on one line; correct it",
      },
    ];
  });
}

function versionProblems({ image, majorVersion }: PostgresInput): Problem[] {
  const found = image === undefined ? undefined : imageVersion(image);
  const version = majorVersion ?? 17;
  if (found === undefined || found === version) return [];
  return [
    {
      path: "postgres.majorVersion",
      reason: `is ${version}${majorVersion === undefined ? " unless set" : ""}, but the image is of version ${found}, and the version decides where the data lies; allowed: the image's own version; set both alike`,
    },
  ];
}

function externalProblems(external: ExternalInput): Problem[] {
  const at = (field: string) => `postgres.external.${field}`;
  const problems: Problem[] = [];
  for (const field of ["host", "engineHost"] as const) {
    const host = external[field];
    if (host !== undefined && (host === "" || /[\s/@]/.test(host))) {
      problems.push({
        path: at(field),
        reason: `"${host.replace(/^.*@/, "…@")}" is no host; allowed: a host name or address alone; put port, user and database into their own fields`,
      });
    }
  }
  const modes: string[] = Object.values(SslMode);
  if (external.sslMode !== undefined && !modes.includes(external.sslMode)) {
    problems.push({
      path: at("sslMode"),
      reason: `"${external.sslMode}" is unknown; allowed: ${modes.join(", ")}; choose one`,
    });
  }
  if (external.user === "") {
    problems.push({
      path: at("user"),
      reason: "is empty; allowed: a role that may create roles and databases; name it",
    });
  }
  if (external.password === "") {
    problems.push({
      path: at("password"),
      reason: "is empty; allowed: the password of that role; set it as a secret",
    });
  }
  return [
    ...problems,
    ...checkPort(at("port"), at("host"), external.port, undefined),
    ...checkPort(at("enginePort"), at("engineHost"), external.enginePort, undefined),
  ];
}

function samenessProblems(input: PostgresInput): Problem[] {
  const metadata = input.metadataDatabase ?? "hasura_metadata";
  const application = input.applicationDatabase ?? "app";
  if (metadata !== application) return [];
  return [
    {
      path: "postgres.applicationDatabase",
      reason: `"${application}" is the metadata database too; allowed: two databases, so that data and metadata stay apart; rename one`,
    },
  ];
}

/** Everything that is wrong with the Postgres arguments. */
export function checkPostgres(input: PostgresInput): Problem[] {
  return [
    ...checkImage("postgres.image", input.image),
    ...versionProblems(input),
    ...nameProblems("postgres.metadataDatabase", input.metadataDatabase, RESERVED_DATABASES),
    ...nameProblems("postgres.applicationDatabase", input.applicationDatabase, RESERVED_DATABASES),
    ...nameProblems("postgres.engineRole", input.engineRole, ["postgres"]),
    ...samenessProblems(input),
    ...checkPort("postgres.port", "postgres.bindAddress", input.port, input.bindAddress),
    ...parameterProblems(input.parameters),
    ...NUMBERS.flatMap(([key, rule]) => checkNumber(`postgres.${key}`, input[key], rule)),
    ...(input.external === undefined ? [] : externalProblems(input.external)),
  ];
}
