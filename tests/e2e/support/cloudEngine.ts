import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { HASURA_DEFAULTS } from "../../../infra/hasura/hasuraArgs";
import { waitFor } from "../../support/waiting";
import { serverCertificate } from "./certificates";
import { docker, tryDocker } from "./docker";
import { EngineClient } from "./engineClient";
import { freePorts } from "./exampleStack";
import { type OwnServer, startOwnServer } from "./ownServer";

/** The engine of this test run. */
export const ENGINE_IMAGE = process.env.CLERK_HASURA_ENGINE_IMAGE || HASURA_DEFAULTS.image;

/** An engine that no stack made, behind TLS at one address for this machine and for containers. */
export interface CloudEngine {
  /** Base URL. */
  url: string;
  /** Who signed its certificate, as PEM. */
  authority: string;
  client: EngineClient;
  stop(): Promise<void>;
}

/** Starts it with a database of its own, which it has as `PG_DATABASE_URL`. */
export async function startCloudEngine(name: string, directory: string): Promise<CloudEngine> {
  const engine = `${name}-engine`;
  const [port = 0] = await freePorts(1);
  const client = new EngineClient(port, randomBytes(24).toString("hex"));
  const server = await startOwnServer(name);
  const tls: Server[] = [];
  const stop = async () => {
    for (const it of tls) it.close();
    await tryDocker(["rm", "--force", "--volumes", engine]);
    await server.stop();
  };
  try {
    await server.asUser("create database app");
    const environment = join(directory, "engine.env");
    writeFileSync(environment, environmentOf(server, client.adminSecret), { mode: 0o600 });
    const at = ["--network", name, "--publish", `127.0.0.1:${port}:8080`];
    const run = ["run", "--detach", "--name", engine, ...at, "--env-file", environment];
    await docker([...run, ENGINE_IMAGE.replace(/@.*/, "")], 300_000);
    await waitFor("the engine is healthy", async () => {
      const { status } = await client.get("/healthz");
      return status === 200 ? status : undefined;
    });
    const gateway = await gatewayOfContainers();
    const { authority, ...certificate } = serverCertificate(gateway);
    const front = createServer(
      { cert: certificate.certificate, key: certificate.privateKey },
      (incoming, outgoing) => forward(incoming, outgoing, port),
    );
    tls.push(front);
    await once(front.listen(0, gateway), "listening");
    const url = `https://${gateway}:${(front.address() as AddressInfo).port}`;
    return { url, authority, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function environmentOf({ name, user, password }: OwnServer, adminSecret: string): string {
  const url = `postgresql://${user}:${password}@${name}:5432/app`;
  return [
    `HASURA_GRAPHQL_METADATA_DATABASE_URL=${url}`,
    `PG_DATABASE_URL=${url}`,
    `HASURA_GRAPHQL_ADMIN_SECRET=${adminSecret}`,
    "",
  ].join("\n");
}

/** This machine as containers on Docker's own network reach it. */
function gatewayOfContainers(): Promise<string> {
  const format = "{{(index .IPAM.Config 0).Gateway}}";
  return docker(["network", "inspect", "bridge", "--format", format]);
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, port: number): void {
  const { method, url: path, headers } = incoming;
  const onward = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
    outgoing.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(outgoing);
  });
  onward.on("error", () => outgoing.destroy());
  incoming.pipe(onward);
}
