import type { PostgresSettings } from "./checkPostgres";
import { Adoptable } from "./postgresArgs";

/** What is taken over, each with its name on the server. */
export type AdoptedNames = Partial<Record<Adoptable, string>>;

/** What is taken over; with one database for both, either of them stands for both. */
export function adoptedNames(settings: PostgresSettings): AdoptedNames {
  const { adopt } = settings;
  const databases: Adoptable[] = [Adoptable.ApplicationDatabase, Adoptable.MetadataDatabase];
  const one = settings.applicationDatabase === settings.metadataDatabase;
  const both = one && databases.some((it) => adopt.includes(it)) ? databases : [];
  return Object.fromEntries([...adopt, ...both].map((it) => [it, settings[it]]));
}
