import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer as createHttpsServer } from "node:https";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
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

  constructor(private readonly postgres: TestPostgres) {}

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

  it("ends with 1 and the reason, naming itself, on bad settings and without a database", async () => {
    const secret = { HASURA_GRAPHQL_JWT_SECRET: "{}" };
    const bad = await launch(engineEnvironment(postgres, secret)).ended;
    expect(bad.code).to.equal(1);
    expect(bad.stderr).to.match(/^clerk-hasura double of Hasura: this is NOT /);
    expect(bad.stderr).to.contain("key and jwk_url both cannot be empty");
    const away = { url: "postgresql://u:not-for-logs@127.0.0.1:1/none" };
    const lost = await launch(engineEnvironment(away)).ended;
    expect(lost.code).to.equal(1);
    expect(lost.stdout + lost.stderr).to.contain("connection error");
    expect(lost.stdout + lost.stderr).not.to.contain("not-for-logs");
    const unverified = { url: `${postgres.url}?sslmode=verify-full` };
    const refused = await launch(engineEnvironment(unverified)).ended;
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain("root certificate file");
    expect((await launch({}, ["migrate"]).ended).code).to.equal(1);
  });

  it("ends with 0 on SIGTERM and has logged its start as JSON, without any secret", async () => {
    const { child, ended } = launch(engineEnvironment(postgres));
    await new Promise((resolve) => child.stdout?.once("data", resolve));
    child.kill("SIGTERM");
    const { code, stdout } = await ended;
    expect(code).to.equal(0);
    const [line = ""] = stdout.split("\n");
    expect(JSON.parse(line)).to.deep.include({ type: "startup", level: "info" });
    expect(stdout).not.to.contain("test-admin-secret");
  });

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
    const [key, cert] = [join(directory, "key.pem"), join(directory, "issuer-0.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", ...subject];
    execFileSync("openssl", [...request, "-keyout", key, "-out", cert], { stdio: "ignore" });
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
