import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { chmod, copyFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { makePrivate, readIfPresent, readJsonIfPresent, writeWhole } from "./files";
import { accountHome, type Paths } from "./paths";
import { UserError } from "./userError.mjs";

export interface Backend {
  /** Who chose it. */
  source: "environment" | "login" | "local";
  detail: string;
  /** Variables that the launcher sets for it. */
  env: Record<string, string>;
}

/** The user's own Pulumi home, also inside this checkout's launcher. */
export function personalPulumiHome(paths: Paths, env: NodeJS.ProcessEnv) {
  const named = env.PULUMI_HOME === paths.pulumiHome ? undefined : env.PULUMI_HOME;
  return named || join(accountHome(), ".pulumi");
}

export function withoutSecrets(url: string) {
  return url.replace(/\/\/[^/@]*@/, "//").replace(/\?.*$/, "");
}

/**
 * Chooses the Pulumi backend: the one of the environment, then a login, then a directory of this checkout. Stacks in
 * that directory stay there.
 */
export function chooseBackend({
  paths,
  backendUrl,
  login,
  hasLocalStacks,
}: {
  paths: Paths;
  backendUrl: string | undefined;
  login: string | undefined;
  hasLocalStacks: boolean;
}): Backend {
  const usesLogin = login && !hasLocalStacks;
  const env = {
    PULUMI_BACKEND_URL: pathToFileURL(paths.state).href,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
  };
  if (backendUrl) {
    const detail = `${withoutSecrets(backendUrl)} (PULUMI_BACKEND_URL)`;
    // The launcher also has to work in a shell without the variable.
    return { source: "environment", detail, env: usesLogin ? {} : env };
  }
  if (usesLogin) {
    return { source: "login", detail: `${withoutSecrets(login)} (you are logged in)`, env: {} };
  }
  const kept = login ? `, kept though you are logged in to ${withoutSecrets(login)}` : "";
  return { source: "local", detail: `files in .local/state${kept}`, env };
}

async function stacksIn(paths: Paths) {
  const directory = join(paths.state, ".pulumi", "stacks");
  const files = await readdir(directory, { recursive: true }).catch(() => []);
  return files.some((file) => file.endsWith(".json") || file.endsWith(".json.gz"));
}

/** Throws a UserError if stacks need the missing passphrase: with a new one their secrets would be lost. */
async function preparePassphrase(paths: Paths, hasLocalStacks: boolean) {
  const present = await readIfPresent(paths.passphrase);
  if (present?.trim()) return chmod(paths.passphrase, 0o600);
  if (hasLocalStacks) {
    throw new UserError(
      "the passphrase in .local/passphrase is missing, and the stacks in .local/state cannot be read without it; restore the file from your copy, or set PULUMI_CONFIG_PASSPHRASE_FILE to that copy",
    );
  }
  await writeWhole(paths.passphrase, `${randomBytes(32).toString("base64url")}\n`, 0o600);
}

/** Gives a checkout its own settings of the stack `dev`, which git does not track; those that are there stay. */
export async function ensureDevSettings(root: string): Promise<void> {
  const example = join(root, "examples", "environments", "Pulumi.dev.yaml");
  await copyFile(example, join(root, "Pulumi.dev.yaml"), constants.COPYFILE_EXCL).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EEXIST") throw error;
    },
  );
}

export async function ensureBackend(paths: Paths, env: NodeJS.ProcessEnv): Promise<Backend> {
  const home = env.PULUMI_CREDENTIALS_PATH || personalPulumiHome(paths, env);
  const credentials = await readJsonIfPresent(join(home, "credentials.json"));
  const login = typeof credentials?.current === "string" ? credentials.current : undefined;
  const hasLocalStacks = await stacksIn(paths);
  const backend = chooseBackend({
    paths,
    backendUrl: env.PULUMI_BACKEND_URL,
    login,
    hasLocalStacks,
  });
  if (backend.env.PULUMI_BACKEND_URL !== undefined) {
    await makePrivate(paths.local);
    await makePrivate(paths.state);
    const given = env.PULUMI_CONFIG_PASSPHRASE ?? env.PULUMI_CONFIG_PASSPHRASE_FILE;
    const needed = given === undefined && backend.source === "local";
    if (needed || !hasLocalStacks) await preparePassphrase(paths, hasLocalStacks);
  }
  return backend;
}
