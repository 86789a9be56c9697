import { LABEL } from "../../infra/docker/names";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { SECRETS_FILE } from "../../infra/hasura/startScript";
import { startsEngine } from "./engineCommand";
import { type CheckedResource, UNKNOWN } from "./policyRule";
import { numberAt, recordsAt, textAt, textsAt } from "./properties";

/** Ports that database servers listen on: Postgres, MySQL, SQL Server, MongoDB, Redis. */
const DATABASE_PORTS = [5432, 3306, 1433, 27017, 6379];
/** Where servers keep their data: the official image, Red Hat's, Bitnami's, those of Zalando and Timescale. */
const POSTGRES_FOLDERS = [
  "/var/lib/postgresql",
  "/var/lib/pgsql",
  "/bitnami/postgresql",
  "/home/postgres/pgdata",
];
/** Images of servers, by the last part of their name; clients, exporters and proxies have other endings. */
const POSTGRES_IMAGE =
  /(^|\/)([\w.]+-)*(postgres|postgresql|postgis|timescaledb|pgvector|spilo)(-(ha|repmgr|\d+))?([:@]|$)/;

/** A variable of a container's environment. */
export interface Variable {
  name: string;
  value: string;
}

/** The environment as far as it is known. */
export function variablesOf({ props }: CheckedResource): Variable[] {
  return textsAt(props, "envs").map((line) => {
    const at = line.indexOf("=");
    return at < 0
      ? { name: line, value: "" }
      : { name: line.slice(0, at), value: line.slice(at + 1) };
  });
}

function hasLabel({ props }: CheckedResource, part: string): boolean {
  return recordsAt(props, "labels").some(
    (it) => textAt(it, "label") === LABEL.part && textAt(it, "value") === part,
  );
}

/** Whether a container is a Hasura engine, by what says so first: label, image, command line, environment or the file of secrets. */
export function isEngine(resource: CheckedResource): boolean {
  const { type, props } = resource;
  if (type !== ResourceType.Container) return false;
  return (
    hasLabel(resource, "hasura") ||
    /(^|\/)graphql-engine(?![\w-])/.test(textAt(props, "image") ?? "") ||
    startsEngine(resource) ||
    variablesOf(resource).some(({ name }) => name.startsWith("HASURA_GRAPHQL_")) ||
    recordsAt(props, "uploads").some((it) => textAt(it, "file") === SECRETS_FILE)
  );
}

/** Whether a container is a Postgres server. */
export function isPostgres(resource: CheckedResource): boolean {
  const { type, props } = resource;
  if (type !== ResourceType.Container) return false;
  return (
    hasLabel(resource, "postgres") ||
    POSTGRES_IMAGE.test(textAt(props, "image") ?? "") ||
    variablesOf(resource).some(({ name }) => /^(POSTGRES_|PGDATA$)/.test(name)) ||
    mountsOf(resource).some(({ target }) => isDataFolder(target))
  );
}

/** Whether a container is meant to go on running, as far as is known. */
export function isLongRunning({ props }: CheckedResource): boolean {
  return props.mustRun !== false && props.mustRun !== UNKNOWN;
}

/** What a container mounts, and where. */
export interface Mount {
  /** Name of a volume or folder of the host. */
  source: string;
  target: string;
  writes: boolean;
}

/** Volumes and bind mounts of a container, in both of the provider's spellings, as far as they are known. */
export function mountsOf({ props }: Pick<CheckedResource, "props">): Mount[] {
  const short = recordsAt(props, "volumes").map((it) => ({
    source: textAt(it, "volumeName") ?? textAt(it, "hostPath") ?? "",
    target: textAt(it, "containerPath") ?? "",
    writes: it.readOnly !== true,
  }));
  const long = recordsAt(props, "mounts").map((it) => ({
    source: textAt(it, "source") ?? "",
    target: textAt(it, "target") ?? "",
    writes: it.readOnly !== true,
  }));
  return [...short, ...long].filter(({ source }) => source !== "");
}

/** Whether a folder of a container holds a Postgres server's data. */
export function isDataFolder(target: string): boolean {
  return POSTGRES_FOLDERS.some((folder) => target === folder || target.startsWith(`${folder}/`));
}

/** A published port; an address that is left out means every address of the host. */
export interface PublishedPort {
  internal: number;
  /** Undefined where it is not known yet. */
  address?: string;
}

/** The ports that a container publishes on its host. */
export function portsOf({ props }: CheckedResource): PublishedPort[] {
  return recordsAt(props, "ports").flatMap((it) => {
    const internal = numberAt(it, "internal");
    if (internal === undefined) return [];
    if (it.ip === UNKNOWN) return [{ internal }];
    return [{ internal, address: textAt(it, "ip") || "0.0.0.0" }];
  });
}

/** Whether a port is one that database servers listen on. */
export function isDatabasePort(port: number): boolean {
  return DATABASE_PORTS.includes(port);
}
