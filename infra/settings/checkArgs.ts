import { resolveIdentity } from "../clerk/identity";
import type { IdentityInput } from "../clerk/identityInput";
import type { ClerkHasuraArgs } from "../components/clerkHasuraArgs";
import { checkHasura, type HasuraInput } from "../hasura/checkHasura";
import { adopted } from "../postgres/adoptedNames";
import { checkPostgres, type PostgresInput } from "../postgres/checkPostgres";
import { Adoptable } from "../postgres/postgresArgs";
import { knownNow, plainOutputs, wholeOutputs } from "../validation/knownNow";
import type { Problem } from "../validation/problems";

/** Arguments that decide which resources there are, or how they are protected. */
const PLAIN = [
  "suspended",
  "probe",
  "identity.jwks",
  "postgres.majorVersion",
  "postgres.protectData",
  "postgres.adopt",
  "postgres.adoptVolume",
];

/** Names of what is taken over are ids in Pulumi's import; with one database for both, both have to be known. */
function plainNames({ postgres }: ClerkHasuraArgs): string[] {
  const names = Array.isArray(postgres?.adopt) || postgres?.adoptVolume ? adopted(postgres) : [];
  const databases: string[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
  const more = names.some((it) => databases.includes(it)) ? databases : [];
  return [...new Set([...names, ...more])].map((it) => `postgres.${it}`);
}

function portClash(hasura: HasuraInput, postgres: PostgresInput): Problem[] {
  const port = hasura.port ?? 8080;
  if (postgres.external !== undefined || port !== (postgres.port ?? 5432)) return [];
  return [
    {
      path: "postgres.port",
      reason: `is ${port} like hasura.port; allowed: two ports on one host; change one of them`,
    },
  ];
}

/**
 * Everything that is wrong with a component's arguments, as far as it is known before any resource exists.
 * Fields that are Outputs are checked when they resolve, on the way to where they are used.
 */
export function checkArgs(args: ClerkHasuraArgs): Problem[] {
  const whole = wholeOutputs(args, ["identity", "hasura", "postgres", "postgres.external"]);
  if (whole.length > 0) return whole;
  const identity = knownNow<IdentityInput>(args.identity ?? {});
  const hasura = knownNow<HasuraInput>(args.hasura ?? {}).value;
  const postgres = knownNow<PostgresInput>(args.postgres ?? {}).value;
  const identityProblems = identity.complete ? resolveIdentity(identity.value).problems : [];
  return [
    ...plainOutputs(args, [...PLAIN, ...plainNames(args)]),
    ...(identityProblems ?? []),
    ...checkHasura(hasura),
    ...checkPostgres(postgres),
    ...portClash(hasura, postgres),
  ];
}
