import { homedir, userInfo } from "node:os";
import { join } from "node:path";
import { checkoutRoot } from "./checkoutRoot.cjs";

/**
 * The home directory that Pulumi uses: the account's own, whatever HOME says.
 * @param {() => { homedir: string }} [account] Throws where the system does not know the user.
 */
export function accountHome(account = userInfo) {
  try {
    return account().homedir;
  } catch {
    return homedir();
  }
}

/**
 * Where everything lives that the tools write.
 * @param {string} [root] Absolute path of the checkout, this one by default.
 * @param {NodeJS.ProcessEnv} env
 */
export function pathsOf(root = checkoutRoot, env = process.env) {
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

/** @typedef {ReturnType<typeof pathsOf>} Paths */
