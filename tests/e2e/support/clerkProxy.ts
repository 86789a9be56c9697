import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverCertificate } from "./certificates";
import { nodeImage } from "./clerk";
import { docker, tryDocker } from "./docker";
import type { TestClerk } from "./testClerk";

/** A proxy before Clerk's Frontend API. */
export interface ClerkProxy {
  /** What an instance behind it names as issuer. */
  url: string;
  /** Docker network on which it is known by its host, and from which Clerk itself is not reached. */
  network: string;
  /** Certificate of the authority that the engine has to trust. */
  authority: string;
  stop(): Promise<void>;
}

/** Where the proxy is: its host, and the path below which Clerk is. */
export interface ProxyPlace {
  name: string;
  host: string;
  path: string;
}

function writeFiles(directory: string, host: string, clerk: TestClerk): string {
  const { authority, certificate, privateKey } = serverCertificate(host);
  mkdirSync(directory);
  copyFileSync(join(__dirname, "clerkProxy.cjs"), join(directory, "proxy.cjs"));
  writeFileSync(join(directory, "server.pem"), certificate);
  writeFileSync(join(directory, "server.key"), privateKey);
  writeFileSync(join(directory, "clerk.pem"), clerk.place.authority);
  return authority;
}

/** Starts a reverse proxy in a container of its own, between a network of its own and that of Clerk's double. */
export async function startClerkProxy(clerk: TestClerk, place: ProxyPlace): Promise<ClerkProxy> {
  const { name, host, path } = place;
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-proxy-"));
  const files = join(directory, "files");
  const stop = async () => {
    await tryDocker(["rm", "--force", "--volumes", name]);
    await tryDocker(["network", "rm", name]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const authority = writeFiles(files, host, clerk);
    await docker(["network", "create", name]);
    const at = ["--name", name, "--network", name, "--network-alias", host];
    const env = ["--env", `PROXY_PATH=${path}`, "--env", `PROXY_TARGET=${clerk.place.host}`];
    const command = ["--entrypoint", "node", nodeImage(), "/proxy/proxy.cjs"];
    await docker(["create", "--user", "0:0", ...at, ...env, ...command], 300_000);
    await docker(["cp", files, `${name}:/proxy`]);
    await docker(["network", "connect", clerk.place.network, name]);
    await docker(["start", name]);
    return { url: `https://${host}${path}`, network: name, authority, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
