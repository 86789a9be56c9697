import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";
import { containsUnknown, type PropertyMap, plainMap } from "../plugin/propertyValue";
import type { CheckFailure } from "../plugin/providerImplementation";

/** Where and as whom the plugin connects. */
export interface ProviderConfig {
  host: string;
  port: number;
  username: string;
  password: string;
  database: string;
  tls: false | ConnectionOptions;
  /** Seconds. */
  connectTimeout: number;
  /** Whether catalog tables for superusers may be read. */
  superuser: boolean;
}

const taken: ReadonlySet<string> = new Set([
  "host",
  "port",
  "username",
  "password",
  "database",
  "sslmode",
  "sslrootcert",
  "superuser",
  "connectTimeout",
  "expectedVersion",
  "maxConnections",
  "version",
  "pluginDownloadURL",
  "__internal",
]);

const sslModes = ["", "disable", "require", "verify-ca", "verify-full"];

/** What this double refuses of a provider's configuration; scalars arrive as JSON text. */
export function configFailures(news: PropertyMap): CheckFailure[] {
  const failures: CheckFailure[] = [];
  for (const [property, value] of Object.entries(news)) {
    if (!taken.has(property) && !(property === "scheme" && value === "postgres")) {
      failures.push({ property, reason: `${property} is not imitated by the postgresql double` });
    }
  }
  const mode = plainMap({ mode: news.sslmode ?? "" }).mode ?? "";
  if (!containsUnknown(mode) && !sslModes.includes(String(mode))) {
    failures.push({
      property: "sslmode",
      reason: `must be one of ${sslModes.slice(1).join(", ")}`,
    });
  }
  return failures;
}

function tlsOf(mode: string, host: string, rootCertificate: string): false | ConnectionOptions {
  if (mode === "disable") return false;
  // lib/pq, which the published plugin uses, takes an empty mode for "require": encrypted, not verified.
  if (mode === "" || mode === "require") return { rejectUnauthorized: false };
  const ca = rootCertificate === "" ? undefined : readFileSync(rootCertificate, "utf8");
  if (mode === "verify-ca") return { ca, checkServerIdentity: () => undefined };
  return { ca, servername: host };
}

/** Reads the configuration; PG* variables are defaults, as in the published plugin. Does not connect. */
export function providerConfig(
  args: PropertyMap,
  env: Readonly<Record<string, string | undefined>>,
): ProviderConfig {
  const values = plainMap(args);
  const text = (name: string, otherwise: string): string => {
    const value = values[name];
    return value === undefined || value === null ? otherwise : String(value);
  };
  const host = text("host", env.PGHOST ?? "localhost");
  return {
    host,
    port: Number(text("port", env.PGPORT ?? "5432")),
    username: text("username", env.PGUSER ?? "postgres"),
    password: text("password", env.PGPASSWORD ?? ""),
    database: text("database", env.PGDATABASE ?? "postgres"),
    tls: tlsOf(
      text("sslmode", env.PGSSLMODE ?? ""),
      host,
      text("sslrootcert", env.PGSSLROOTCERT ?? ""),
    ),
    connectTimeout: Number(text("connectTimeout", env.PGCONNECT_TIMEOUT ?? "180")),
    superuser: text("superuser", "true") === "true",
  };
}
