import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TLSSocket } from "node:tls";
import { expect } from "chai";
import { delay } from "../../../tests/support/waiting";
import { startTestPostgres, type TestPostgres } from "../testPostgres";
import type { ProcessEnvironment } from "./environmentReader";
import { engineEnvironment, engineOn } from "./testEngine";

const MAIN = join(__dirname, "main.ts");

type Ended = { code: number | null; stdout: string; stderr: string };

/** A proxy before the database that can be cut, as when the server goes away. */
class Cable {
  private readonly sockets = new Set<Socket>();
  private server: Server | undefined;
  port = 0;

  private readonly postgres: TestPostgres;

  constructor(postgres: TestPostgres) {
    this.postgres = postgres;
  }

  async plug(): Promise<void> {
    const server = createServer((socket) => {
      const far = connect(this.postgres.port, this.postgres.host);
      for (const end of [socket, far]) {
        this.sockets.add(end);
        end.on("error", () => undefined);
      }
      socket.pipe(far).pipe(socket);
    });
    await new Promise<void>((resolve) => server.listen(this.port, "127.0.0.1", resolve));
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    this.sockets.clear();
    await closed;
  }
}

/** A certificate for localhost and its key, in files. */
function selfSigned(directory: string): { key: string; cert: string } {
  const [key, cert] = [join(directory, "key.pem"), join(directory, "issuer-0.pem")];
  const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
  const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...subject];
  execFileSync("openssl", [...request, "-keyout", key, "-out", cert], { stdio: "ignore" });
  return { key, cert };
}

describe("Hasura double: process", () => {
  let postgres: TestPostgres;
  before(async () => {
    postgres = await startTestPostgres();
  });
  after(() => postgres?.stop());

  function launch(
    env: ProcessEnvironment,
    args = ["serve"],
  ): { child: ChildProcess; ended: Promise<Ended> } {
    const child = spawn(process.execPath, ["--import", "tsx", MAIN, ...args], {
      env: { PATH: process.env.PATH, ...env },
    });
    let [stdout, stderr] = ["", ""];
    child.stdout?.on("data", (data) => {
      stdout += String(data);
    });
    child.stderr?.on("data", (data) => {
      stderr += String(data);
    });
    const ended = new Promise<Ended>((resolve) => {
      child.on("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  }

  it("ends with 1 and its reason as the last line of standard output, naming itself", async () => {
    const bad = await launch(engineEnvironment(postgres, { HASURA_GRAPHQL_JWT_SECRET: "{}" }))
      .ended;
    expect(bad.code).to.equal(1);
    expect(bad.stderr).to.match(/^clerk-hasura double of Hasura: this is NOT /);
    expect(bad.stdout.trim().split("\n").at(-1)).to.contain("key and jwk_url both cannot be empty");
    expect((await launch({}, ["migrate"]).ended).code).to.equal(1);
  });

  it("tries the metadata database once more, after 0.1 s, and tells no password", async () => {
    const attempts: number[] = [];
    const closing = createServer((socket) => {
      attempts.push(Date.now());
      socket.destroy();
    });
    await new Promise<void>((resolve) => closing.listen(0, "127.0.0.1", resolve));
    const { port } = closing.address() as AddressInfo;
    const away = { url: `postgresql://u:not-for-logs@127.0.0.1:${port}/none` };
    const { code, stdout, stderr } = await launch(engineEnvironment(away)).ended;
    closing.close();
    expect(code).to.equal(1);
    const [first = 0, second = 0] = attempts;
    expect(attempts).to.have.lengthOf(2);
    expect(second - first).to.be.within(90, 2000);
    expect(stdout).to.contain("server closed the connection unexpectedly");
    expect(stdout + stderr).not.to.contain("not-for-logs");
  });

  it("asks a server that speaks TLS for a file of authorities", async () => {
    const directory = mkdtempSync(join(tmpdir(), "chtest-hasura-"));
    const { key, cert } = selfSigned(directory);
    const options = { key: readFileSync(key), cert: readFileSync(cert) };
    const server = createServer((socket) => {
      socket.once("data", () => {
        socket.write("S");
        new TLSSocket(socket, { isServer: true, ...options }).on("error", () => undefined);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `postgresql://u:p@127.0.0.1:${port}/none?sslmode=verify-full`;
    const { stdout } = await launch(engineEnvironment({ url })).ended;
    server.close();
    rmSync(directory, { recursive: true });
    expect(stdout).to.contain("root certificate error");
  });

  it("ends with 0 on SIGTERM and has logged its start as JSON, without any secret", async () => {
    const { child, ended } = launch(engineEnvironment(postgres));
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    expect(code).to.equal(0);
    const [line = ""] = stdout.split("\n");
    const start = JSON.parse(line);
    expect(start).to.deep.include({ type: "startup", level: "info" });
    expect(start).to.have.nested.property("detail.info.message", "Starting API server");
    expect(stdout).not.to.contain("test-admin-secret");
  });

  it("stops as the engine does: deaf at once, a request ends, and the end comes after 10 s", async () => {
    const env = { CLERK_HASURA_DOUBLE_QUICK_STOP: undefined };
    const engine = await engineOn(postgres, env);
    const connection = { database_url: { from_env: "PG_DATABASE_URL" } };
    const configuration = { connection_info: connection };
    await engine.metadata("pg_add_source", { name: "default", configuration });
    const slow = engine.sql("select pg_sleep(1)");
    await delay(300);
    const begun = Date.now();
    const stopped = engine.engine.stop();
    await delay(100);
    const deaf = connect(engine.engine.port, "127.0.0.1");
    expect(await once(deaf, "error").then(([error]) => error.code)).to.equal("ECONNREFUSED");
    expect((await slow).status).to.equal(200);
    await stopped;
    expect(Date.now() - begun).to.be.within(8000, 14_000);
  }).timeout(60_000);

  it("answers 500 while the database is away and 200 when it is back", async () => {
    const cable = new Cable(postgres);
    await cable.plug();
    const url = new URL(postgres.url);
    url.hostname = "127.0.0.1";
    url.port = String(cable.port);
    const engine = await engineOn({ ...postgres, url: url.toString() });
    try {
      expect((await engine.get("/healthz")).text).to.equal("OK");
      await cable.cut();
      const away = await engine.get("/healthz");
      expect([away.status, away.text]).to.deep.equal([500, "ERROR"]);
      await cable.plug();
      const back = await engine.get("/healthz?strict=true");
      expect([back.status, back.text]).to.deep.equal([200, "OK"]);
    } finally {
      await engine.engine.stop();
      await cable.cut();
    }
  });

  it("trusts an https issuer by a file of the certificate directory, and no other", async () => {
    const directory = mkdtempSync(join(tmpdir(), "chtest-hasura-"));
    const { key, cert } = selfSigned(directory);
    const options = { key: readFileSync(key), cert: readFileSync(cert) };
    const issuer = createHttpsServer(options, (_, response) => response.end('{"keys":[]}'));
    await new Promise<void>((resolve) => issuer.listen(0, "localhost", resolve));
    const jwkUrl = `https://localhost:${(issuer.address() as AddressInfo).port}/jwks`;
    const env = { HASURA_GRAPHQL_JWT_SECRET: JSON.stringify({ jwk_url: jwkUrl }) };
    try {
      const ignored = {
        SYSTEM_CERTIFICATE_PATH: directory,
        SSL_CERT_DIR: directory,
        SSL_CERT_FILE: cert,
      };
      const error = await engineOn(postgres, { ...env, ...ignored }).catch(
        (reason: unknown) => reason,
      );
      expect(error).to.be.an("error").with.property("message").that.contains("Error fetching JWK");
      const engine = await engineOn(postgres, {
        ...env,
        CLERK_HASURA_DOUBLE_CERTIFICATES: directory,
      });
      await engine.engine.stop();
    } finally {
      issuer.closeAllConnections();
      issuer.close();
      rmSync(directory, { recursive: true });
    }
  });
});
