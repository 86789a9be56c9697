import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { serverCertificate } from "./certificates";
import { docker, tryDocker } from "./docker";
import { waitFor } from "./waiting";

/** A stand-in for Clerk's Frontend API: an https issuer on a network of its own. */
export interface Issuer {
  host: string;
  network: string;
  /** Certificate of the authority that the engine has to trust. */
  authority: string;
  stop(): Promise<void>;
}

/** An image that holds node: the given one, the engine's where that is a double, or the published one. */
function nodeImage(): string {
  const { CLERK_HASURA_NODE_IMAGE: given, CLERK_HASURA_ENGINE_IMAGE: engine = "" } = process.env;
  if (given) return given;
  return engine.startsWith("clerk-hasura.local/") ? engine : "node:22-bookworm-slim";
}

function writeFiles(directory: string, host: string, keys: unknown[]): string {
  const { authority, certificate, privateKey } = serverCertificate(host);
  copyFileSync(join(__dirname, "issuerServer.cjs"), join(directory, "issuerServer.cjs"));
  writeFileSync(join(directory, "server.pem"), certificate);
  writeFileSync(join(directory, "server.key"), privateKey);
  writeFileSync(join(directory, "jwks.json"), JSON.stringify({ keys }));
  return authority;
}

const PROBE = `require("node:net").connect(443, "127.0.0.1", () => process.exit(0)).on("error", () => process.exit(1))`;

/** Starts an issuer that is known by its host on its network only. */
export async function startIssuer(name: string, host: string, keys: unknown[]): Promise<Issuer> {
  const network = `${name}-issuer`;
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-issuer-"));
  const stop = async () => {
    await tryDocker(["rm", "--force", "--volumes", network]);
    await tryDocker(["network", "rm", network]);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    const authority = writeFiles(directory, host, keys);
    await docker(["network", "create", network]);
    const place = ["--name", network, "--network", network, "--network-alias", host];
    const command = ["--entrypoint", "node", nodeImage(), "/issuer/issuerServer.cjs"];
    await docker(["create", "--user", "0:0", ...place, ...command], 300_000);
    await docker(["cp", directory, `${network}:/issuer`]);
    await docker(["start", network]);
    await waitFor("the issuer listens", async () => {
      const { code } = await tryDocker(["exec", network, "node", "-e", PROBE]);
      return code === 0 ? true : undefined;
    });
    return { host, network, authority, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
