import type { Problem } from "../validation/problems";
import { checkImage, checkNumber, checkPort, type NumberRule } from "../validation/rules";
import { checkNames } from "./checkNames";
import { imageVersion } from "./imageVersion";
import { UNLABELED } from "./ownerScript";
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
  adopt?: string[];
  adoptVolume?: string;
  extensions?: string[];
  collation?: string;
  characterType?: string;
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

function adoptionProblems({ adoptVolume }: PostgresInput): Problem[] {
  if (adoptVolume === undefined || adoptVolume === UNLABELED) return [];
  if (/^[0-9a-f]{16}$/.test(adoptVolume)) return [];
  return [
    {
      path: "postgres.adoptVolume",
      reason: `"${adoptVolume}" is no instance id; allowed: 16 hexadecimal digits, or ${UNLABELED} for a volume without one; copy it from the refusal of the volume`,
    },
  ];
}

/** Everything that is wrong with the Postgres arguments. */
export function checkPostgres(input: PostgresInput): Problem[] {
  return [
    ...checkImage("postgres.image", input.image),
    ...versionProblems(input),
    ...checkNames(input),
    ...checkPort("postgres.port", "postgres.bindAddress", input.port, input.bindAddress),
    ...parameterProblems(input.parameters),
    ...adoptionProblems(input),
    ...NUMBERS.flatMap(([key, rule]) => checkNumber(`postgres.${key}`, input[key], rule)),
    ...(input.external === undefined ? [] : externalProblems(input.external)),
  ];
}
