import type { Context } from "../tools/setup/context";
import { UserError } from "../tools/setup/userError.mjs";

/**
 * Makes sure of a command that a Debian package brings. Throws a UserError where it is missing and this user cannot
 * install it.
 */
export async function ensureDebianCommand(context: Context, command: string, packageName: string) {
  const find = () => context.run("sh", ["-c", 'command -v "$1"', "sh", command]);
  if (await find().catch(() => undefined)) return;
  if (process.getuid?.() !== 0) {
    throw new UserError(
      `${command} is missing; run \`sudo apt-get install ${packageName}\`, then run this command again`,
    );
  }
  context.say(`installing ${packageName}`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await context.run("apt-get", ["update"], { env });
  await context.run("apt-get", ["install", "-y", "--no-install-recommends", packageName], { env });
}
