import { Adoptable, type PostgresArgs } from "./postgresArgs";

/** Names by setting, where nothing else is said. */
export const STANDARD_NAMES: Readonly<Record<Adoptable, string>> = {
  [Adoptable.ApplicationDatabase]: "app",
  [Adoptable.MetadataDatabase]: "hasura_metadata",
  [Adoptable.EngineRole]: "hasura",
};

/** What is taken over, each with its name on the server. */
export type AdoptedNames = Partial<Record<Adoptable, string>>;

/** What is taken over: a volume that is taken over holds all three, unless `adopt` says otherwise. */
export function adopted(
  args: Pick<PostgresArgs, "adopt" | "adoptVolume"> = {},
): readonly Adoptable[] {
  return args.adopt ?? (args.adoptVolume === undefined ? [] : Object.values(Adoptable));
}

/** Its names, which `checkArgs` has found to be plain; with one database for both, either of them stands for both. */
export function adoptedNames(args: PostgresArgs = {}): AdoptedNames {
  const nameOf = (it: Adoptable) => {
    const name = args[it];
    return typeof name === "string" ? name : STANDARD_NAMES[it];
  };
  const listed = adopted(args);
  const databases: Adoptable[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
  const one = new Set(databases.map(nameOf)).size === 1;
  const both = one && databases.some((it) => listed.includes(it)) ? databases : [];
  return Object.fromEntries([...listed, ...both].map((it) => [it, nameOf(it)]));
}
