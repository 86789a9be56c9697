/** Repositories whose tags begin with the version of Postgres, by the last part of their name. */
const NAMED =
  /^(?:postgres|postgresql|percona-distribution-postgresql|postgis|pgrouting|pgduckdb)$/;
/** A version at the end of a repository's name, such as postgresql-16 or spilo-17. */
const IN_NAME = /(?:^|[-_])(?:postgres(?:ql)?|pg|spilo)[-_]?(\d{1,2})(?![\d.])(?=$|[-_])/i;
/** A version anywhere in a tag, such as pg18, 0.8.1-pg18 or PG17_latest. */
const IN_TAG = /(?:^|[-_.])(?:pg|postgres(?:ql)?)[-_]?(\d{1,2})(?!\d)/i;

/** The major version of Postgres that an image's reference tells; undefined where it does not. */
export function imageVersion(image: string): number | undefined {
  const [reference = ""] = image.split("@");
  const [, name = "", tag = ""] = /([^/:]+)(?::([^/]*))?$/.exec(reference) ?? [];
  const leading = NAMED.test(name) ? /^v?(\d{1,2})(?=$|[.-])/.exec(tag)?.[1] : undefined;
  const found = IN_NAME.exec(name)?.[1] ?? IN_TAG.exec(tag)?.[1] ?? leading;
  // A lower number is that of somebody's own image.
  return found === undefined || Number(found) < 9 ? undefined : Number(found);
}
