/** Where a database is and who logs in. */
export interface ConnectionParts {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** libpq's sslmode, for example `disable` or `verify-full`; left to the client's default when absent. */
  sslMode?: string;
  /** File with the authorities that the server's certificate may come from; wanted by the `verify-…` modes. */
  sslRootCert?: string;
}

/**
 * A `postgresql://` URL in which every part is percent-encoded.
 * A raw `@`, `/` or `%` in a password sends the client to another host or breaks the URL (hasura/graphql-engine #372, #7121).
 */
export function connectionUrl(parts: ConnectionParts): string {
  const user = encodeURIComponent(parts.user);
  const password = encodeURIComponent(parts.password);
  const host = parts.host.includes(":") ? `[${parts.host}]` : parts.host;
  const settings = { sslmode: parts.sslMode, sslrootcert: parts.sslRootCert };
  const query = Object.entries(settings)
    .filter((setting): setting is [string, string] => setting[1] !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&");
  const database = encodeURIComponent(parts.database);
  return `postgresql://${user}:${password}@${host}:${parts.port}/${database}${query && `?${query}`}`;
}
