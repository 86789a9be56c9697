import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stepInterpreter } from "../../../infra/docker/dockerStep";
import { secretsFile } from "../../../infra/hasura/environment";
import { ENGINE_READY_SCRIPT, keySetRequest } from "../../../infra/hasura/readyScript";
import { runProcess } from "../../e2e/support/runProcess";
import { answers, resets, ScriptedServer } from "../providers/scriptedServer";

const SECRETS = {
  adminSecret: "canary-admin-secret",
  jwtSecret: '{"type":"HS256","key":"canary-shared-key-of-32-characters"}',
  metadataDatabaseUrl: "postgresql://h:canary-m@postgres:5432/m",
  databaseUrl: "postgresql://h:canary-d@postgres:5432/app",
  extra: { WEBHOOK_KEY: "canary-webhook's key" },
};

/** An engine that restarts at each question and never answers. */
const DOCKER = `#!/bin/sh
case "$1 $*" in
  exec*) exit 1 ;;
  update*) ;;
  cp*) tar -cf - -C "$FOLDER" secrets.env ;;
  logs*) cat "$FOLDER/log" ;;
  inspect*Name*) echo /shop-dev-api-hasura ;;
  inspect*RestartCount*) echo again >>"$FOLDER/restarts"; wc -l <"$FOLDER/restarts" ;;
  inspect*) [ -z "$ABSENT" ] || { echo "Error: No such object: it" >&2; exit 1; }; echo it ;;
esac
`;

describe("the script that waits for Hasura", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-ready-"));
    mkdirSync(join(folder, "bin"));
    writeFileSync(join(folder, "bin", "docker"), DOCKER);
    chmodSync(join(folder, "bin", "docker"), 0o755);
    writeFileSync(join(folder, "secrets.env"), secretsFile(SECRETS));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function failed(log: string[], absent = ""): Promise<string> {
    writeFileSync(join(folder, "log"), `${log.join("\n")}\n`);
    const [shell = "", ...args] = stepInterpreter(ENGINE_READY_SCRIPT);
    const env = {
      PATH: `${join(folder, "bin")}:${process.env.PATH}`,
      FOLDER: folder,
      ABSENT: absent,
      CONTAINER: "it",
      PIDS_LIMIT: "1124",
      PROBE_HEADER: "Authorization: Bearer a.b.c",
      SECONDS_TO_WAIT: "60",
    };
    const { code, text } = await runProcess(shell, args, { env });
    expect(code).to.equal(1);
    return text;
  }

  it("gives up on an engine that ends at its start, with its last words and what to do", async () => {
    const text = await failed([
      '{"detail":{"error":null,"message":"refreshing"},"level":"info","type":"jwk-refresh-log"}',
      '{"detail":{"kind":"catalog_migrate"},"level":"error","type":"startup"}',
      "Fatal Error:- Environment variable HASURA_GRAPHQL_CORS_DOMAIN: invalid domain: 'a.example'.",
    ]);
    expect(text).to.match(
      /^Hasura is not ready after \d+ s and 5 restarts: it ends at its start\. Its last words:\n {2}\{"detail":\{"kind":"catalog_migrate"\},"level":"error","type":"startup"\}\n {2}Fatal Error:- .*: invalid domain: 'a\.example'\.\nCorrect the setting that they name and run the update again; all of them: docker logs shop-dev-api-hasura\n$/,
    );
  });

  const JWT = "Fatal Error:- Environment variable HASURA_GRAPHQL_JWT_SECRET: ";
  const telling: [what: string, log: string[], shown: string][] = [
    [
      "an address's password",
      ["error: no route to postgresql://u:canary-pw@db:5432/x"],
      "***@db:5432",
    ],
    ["a secret of the file", ["error: canary-admin-secret"], "error: ***"],
    ["a whole JWT secret", [`error: cannot read ${SECRETS.jwtSecret}`], "cannot read ***"],
    [
      "what is quoted of one",
      [`${JWT}Unexpected "canary-very-secret-signing-ke", expecting JSON value`],
      "Unexpected ***,",
    ],
    [
      "a key's numbers",
      [`${JWT}Error in $: Invalid JWK: Could not decode PEM: fromASN1: IntVal canary`],
      "Could not decode PEM",
    ],
    [
      "a key",
      [
        "fatal: -----BEGIN PRIVATE KEY-----",
        "error canary",
        "-----END PRIVATE KEY-----",
        "error after",
      ],
      "error after",
    ],
    [
      "a key on one line",
      ["fatal -----BEGIN PRIVATE KEY-----\\ncanary\\n-----END PRIVATE KEY-----"],
      "fatal ***",
    ],
    ["an address's query", ["Error fetching https://i.example.com/jwks?key=canary"], "/jwks?***"],
    ["a logged query", ['{"level":"critical","queryString":"?key=canary"}'], '"queryString":"***"'],
  ];
  for (const [what, log, shown] of telling) {
    it(`shows nothing of ${what}`, async () => {
      const text = await failed(log);
      expect(text).to.contain(shown);
      expect(text).to.not.contain("canary");
    });
  }

  it("says at once that the container is on another Docker engine, and which setting names it", async () => {
    const text = await failed([], "yes");
    expect(text).to.contain("The container is not on the Docker engine that this step asks");
    expect(text).to.contain("No such object").and.contain("docker:host");
  });
});

const KEY = { kty: "RSA", n: "AQAB", e: "AQAB", kid: "a" };

describe("the key set, tried before the engine is replaced", () => {
  const server = new ScriptedServer();
  before(() => server.start());
  after(() => server.stop());

  const tried = (url: string, environment: Record<string, string> = {}) =>
    runProcess("/bin/bash", ["-s"], { input: keySetRequest({ url, environment }) });

  it("is taken with a key in it", async () => {
    server.plays(answers(200, { keys: [KEY] }));
    expect(await tried(server.url)).to.include({ code: 0, stdout: "fetched\n" });
  });

  it("is taken from where it moved", async () => {
    server.plays(answers(302, {}, { location: "/keys" }), answers(200, { keys: [KEY] }));
    expect(await tried(`${server.url}/old`)).to.include({ code: 0, stdout: "fetched\n" });
  });

  const refusals: [string, unknown, number, RegExp][] = [
    ["a status", {}, 404, /^the response has status 404; check the JWKS/],
    ["a web page", "<html>keys</html>", 200, /^the response is not a key set/],
    ["a text that is not JSON", '"keys": [', 200, /^the response is not a key set/],
    [
      "a discovery document",
      { jwks_uri: "https://i.example.com" },
      200,
      /^the response is not a key set/,
    ],
    ["nothing", "", 200, /^the response is (empty|not a key set)/],
    ["an empty set", { keys: [] }, 200, /^the set holds no key/],
    [
      "a key of an unknown kind",
      { keys: [KEY, { kty: "AKP" }] },
      200,
      /unknown kind \("kty":"AKP"\)/,
    ],
  ];
  for (const [name, body, status, text] of refusals) {
    it(`is refused for ${name}, in one line with a remedy`, async () => {
      server.plays(answers(status, body));
      const { code, stdout } = await tried(server.url);
      expect(code).to.equal(3);
      expect(stdout)
        .to.match(text)
        .and.match(/; \S.*\n$/);
      expect(stdout.trim().split("\n")).to.have.length(1);
    });
  }

  it("gets a second chance where it has just stumbled", async () => {
    server.plays(answers(503, {}), resets, answers(200, { keys: [KEY] }));
    expect(await tried(server.url)).to.include({ code: 0, stdout: "fetched\n" });
  });

  it("is refused where nothing listens", async () => {
    const { code, stdout } = await tried("http://127.0.0.1:1/jwks");
    expect(code).to.equal(3);
    expect(stdout).to.contain("the connection is refused; start what serves the set");
  });

  it("is refused where its name is unknown, naming the settings that make one known", async () => {
    const { stdout } = await tried("http://keys.invalid/jwks");
    expect(stdout).to.contain("hasura.extraHosts").and.contain("hasura.networks");
  });

  it("is asked for through the engine's proxy, by whichever case it is named", () => {
    const environment = { HTTPS_PROXY: "http://it's.example.com:3128", no_proxy: "a", OTHER: "b" };
    const lines = keySetRequest({ url: "https://i.example.com", environment }).split("\n");
    expect(lines.filter((line) => line.startsWith("export "))).to.deep.equal([
      `export https_proxy='http://it'\\''s.example.com:3128'`,
      "export no_proxy='a'",
    ]);
  });
});
