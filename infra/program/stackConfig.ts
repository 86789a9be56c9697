import * as pulumi from "@pulumi/pulumi";
import { checkDocker } from "../docker/dockerConnection";
import type { ClerkHasuraArgs } from "../settings/clerkHasuraArgs";
import { isObject } from "../validation/isObject";
import { rejectProblems } from "../validation/rejectProblems";
import { readSettings, settingProblems } from "./readSettings";
import { SETTING_PATHS, SettingKind } from "./settingKinds";
import { configIn, encryptedPaths, stackFileName } from "./stackFile";

type Fields = Record<string, unknown>;

function configured(project: string): Map<string, string> {
  const prefix = `${project}:`;
  const entries = Object.entries(pulumi.runtime.allConfig())
    .filter(([key]) => key.startsWith(prefix))
    .map(([key, value]): [string, string] => [key.slice(prefix.length), value]);
  return new Map(entries);
}

/** Images for a machine that cannot reach an image registry; the launcher names them, configuration wins. */
function localImages(args: Fields): void {
  const { CLERK_HASURA_ENGINE_IMAGE, CLERK_HASURA_POSTGRES_IMAGE, CLERK_HASURA_POSTGRES_MAJOR } =
    process.env;
  const { hasura = {}, postgres = {} } = args as Record<string, Fields | undefined>;
  if (CLERK_HASURA_ENGINE_IMAGE) args.hasura = { image: CLERK_HASURA_ENGINE_IMAGE, ...hasura };
  if (!CLERK_HASURA_POSTGRES_IMAGE || postgres.image !== undefined) return;
  const major = CLERK_HASURA_POSTGRES_MAJOR
    ? { majorVersion: Number(CLERK_HASURA_POSTGRES_MAJOR) }
    : {};
  args.postgres = { image: CLERK_HASURA_POSTGRES_IMAGE, ...major, ...postgres };
}

/** Marks what is always secret, and what the stack's file encrypts; the engine tells only whether something in a whole part is. */
function markSecrets(args: Fields): void {
  const kinds: SettingKind[] = [SettingKind.Secret, SettingKind.SecretRecord];
  const always = [...SETTING_PATHS].filter(([, kind]) => kinds.includes(kind));
  const file = configIn(process.cwd(), stackFileName(pulumi.getStack()));
  const paths = [...always.map(([path]) => path), ...encryptedPaths(file, pulumi.getProject())];
  for (const path of new Set(paths)) {
    const parts = path.split(".");
    const last = parts.pop() ?? path;
    const at = parts.reduce<unknown>((it, part) => (isObject(it) ? it[part] : undefined), args);
    if (isObject(at) && Object.hasOwn(at, last)) at[last] = pulumi.secret(at[last]);
  }
}

/**
 * Reads the stack's configuration and checks all of it, secrets included, before any resource exists.
 * Throws one error that lists every problem.
 */
export function stackConfig(): ClerkHasuraArgs {
  const { args, problems } = readSettings(configured(pulumi.getProject()));
  localImages(args);
  if (process.env.CLERK_HASURA_SUSPENDED === "1") args.suspended = true;
  // What is missing is for `settle` to find.
  const given = args as ClerkHasuraArgs;
  rejectProblems(`Stack "${pulumi.getStack()}"`, [
    ...settingProblems({ args, problems }),
    ...checkDocker(undefined, given.dockerHost),
  ]);
  markSecrets(args);
  return given;
}
