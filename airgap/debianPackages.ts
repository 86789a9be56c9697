import type { Context } from "../tools/setup/context";
import { UserError } from "../tools/setup/userError.mjs";

/** Installs the Debian package of a missing command. Throws a UserError if this user cannot. */
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
