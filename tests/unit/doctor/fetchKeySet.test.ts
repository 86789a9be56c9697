import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect } from "chai";
import { fetchKeySet } from "../../../infra/doctor/fetchKeySet";
import { answers, resets, ScriptedServer, staysSilent } from "../providers/scriptedServer";
import { SECRETS, secretText } from "./checkup";

const SUBJECT = {
  endpoint: "http://127.0.0.1:8080/v1/graphql",
  adminSecret: SECRETS[0] ?? "",
  jwtSecret: secretText(),
  tokenShape: "{}",
  container: "engine",
};

describe("fetching a key set", () => {
  const server = new ScriptedServer();
  const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-docker-"));
  const path = process.env.PATH ?? "";

  before(async () => {
    await server.start();
    process.env.PATH = `${folder}${delimiter}${path}`;
  });
  beforeEach(() => server.plays(answers(200, { keys: [] }, { "cache-control": "max-age=60" })));
  after(async () => {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
    await server.stop();
  });

  /** Puts a shell script in the place of docker. */
  function dockerIs(script: string): void {
    writeFileSync(join(folder, "docker"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }

  /** Process 1 of this machine is none of the container's. */
  const asExec = `[ "$1 $2 $3 $4 $5" = "exec -i engine /bin/bash -s" ] && sed -u -e s,/proc/1/,/proc/self/, -e '/^exit$/q' | HASURA_GRAPHQL_UNAUTHORIZED_ROLE=anonymous bash -s`;

  it("asks from the container, with nothing but its name on the command line", async () => {
    dockerIs(asExec);
    const { response, unauthorizedRole } = await fetchKeySet(`${server.url}/jwks`, SUBJECT, 5000);
    expect(response).to.deep.include({ inside: true, status: 200, body: '{"keys":[]}' });
    expect(response).to.have.nested.property("headers.cacheControl", "max-age=60");
    expect(unauthorizedRole).to.equal("anonymous");
  });

  const places: [string, string][] = [
    ["the container", asExec],
    ["this machine", "exit 1"],
  ];
  for (const [where, script] of places) {
    it(`takes the first of two Cache-Control lines, and the time of the response, in ${where}`, async () => {
      dockerIs(script);
      const moved = answers(302, {}, { location: "/keys", "cache-control": "no-store" });
      const lines = { "cache-control": ["max-age=300", "no-cache"] };
      server.plays(moved, answers(200, { keys: [] }, lines));
      const before = Date.now();
      const { response } = await fetchKeySet(`${server.url}/jwks`, SUBJECT, 5000);
      expect(response).to.include({ status: 200 });
      expect(response).to.have.nested.property("headers.cacheControl", "max-age=300");
      expect(response).to.have.property("at").that.is.within(before, Date.now());
    });
  }

  it("says why no response came to this machine", async () => {
    dockerIs("exit 1");
    server.plays(staysSilent);
    const { response: silent } = await fetchKeySet(server.url, SUBJECT, 300);
    expect(silent).to.deep.include({ inside: false, failure: "no response within 0.3 s" });
    server.plays(resets);
    const { response: cut } = await fetchKeySet(server.url, SUBJECT, 5000);
    expect(cut).to.deep.include({ inside: false, failure: "the connection was cut" });
  });

  it("asks only for the role where there is no key set", async () => {
    dockerIs(asExec);
    const seen = server.seen.length;
    expect(await fetchKeySet(undefined, SUBJECT, 5000)).to.deep.equal({
      unauthorizedRole: "anonymous",
    });
    expect(server.seen).to.have.length(seen);
  });

  const troubles: [string, string, RegExp][] = [
    [
      "the container is gone",
      "echo 'Error: No such container: engine' >&2; exit 1",
      /container is gone/,
    ],
    ["it does not run", "echo 'Error: container abc is not running' >&2; exit 1", /is not running/],
    [
      "Docker is away",
      "echo 'Cannot connect to the Docker daemon at x' >&2; exit 1",
      /Docker cannot be reached/,
    ],
    [
      "bash is missing",
      "echo 'exec: \"/bin/bash\": no such file or directory' >&2; exit 126",
      /no bash/,
    ],
    ["nothing comes", "exit 0", /cannot run the request/],
  ];
  for (const [what, script, reason] of troubles) {
    it(`asks from this machine, and says why, where ${what}`, async () => {
      dockerIs(script);
      const { response, unauthorizedRole } = await fetchKeySet(`${server.url}/jwks`, SUBJECT, 5000);
      expect(response).to.include({ inside: false, status: 200 });
      expect(response?.reason).to.match(reason);
      expect(unauthorizedRole).to.equal(undefined);
    });
  }
});
