import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { checkoutRoot } from "./checkoutRoot.cjs";

/** The home directory that Pulumi uses: the account's, whatever HOME says. */
export function accountHome(account: () => { homedir: string } = userInfo) {
  try {
    return account().homedir;
  } catch {
    return homedir();
  }
}

/** Returns the paths of everything that the tools write. */
export function pathsOf(root: string = checkoutRoot, env: NodeJS.ProcessEnv = process.env) {
  const local = join(root, ".local");
  return {
    root,
    local,
    cacheDir: join(env.XDG_CACHE_HOME || join(homedir(), ".cache"), "clerk-hasura"),
    setupLog: join(local, "setup.log"),
    setupLock: join(local, "setup.lock"),
    upLog: join(local, "up.log"),
    npmStamp: join(local, "npm.stamp"),
    imagesStamp: join(local, "images.json"),
    pluginsStamp: join(local, "plugins.json"),
    doubles: join(local, "doubles"),
    pulumiHome: join(local, "pulumi"),
    state: join(local, "state"),
    passphrase: join(local, "passphrase"),
    parts: join(local, "parts.json"),
    dockerdLog: join(local, "dockerd.log"),
    nodeModules: join(root, "node_modules"),
    launcher: join(root, "node_modules", ".bin", "pulumi"),
  };
}

export type Paths = ReturnType<typeof pathsOf>;
