import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { stepInterpreter } from "../../../infra/docker/dockerStep";
import { secretsFile } from "../../../infra/hasura/environment";
import { ENGINE_READY_SCRIPT } from "../../../infra/hasura/readyScript";
import { runProcess } from "../../e2e/support/runProcess";

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
