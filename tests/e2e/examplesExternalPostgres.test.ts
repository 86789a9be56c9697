import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { leaksIn } from "./support/canaries";
import { tryDocker } from "./support/docker";
import { type EngineClient, refusalOf } from "./support/engineClient";
import { createExample } from "./support/exampleStack";
import { fingerprint, makeNotes, notesSeen } from "./support/notes";
import { type OwnServer, startOwnServer } from "./support/ownServer";
import { changedNothing, type StackOutputs, type TestStack } from "./support/testStack";
import { bearer, hmacSigner, type Signer, signToken } from "./support/tokens";

const MADE = ["app", "hasura_metadata"];

describe("the example on an external Postgres", function () {
  this.timeout(300_000);
  let server: OwnServer;
  let stack: TestStack;
  let client: EngineClient;
  let outputs: StackOutputs;
  let rows: string;

  before(async () => {
    server = await startOwnServer(`chtest-e2e-external-${process.pid}`);
    await server.asOwner("create database theirs");
    await server.asOwner("create table kept as select 1 as n", "theirs");
    stack = await createExample("externalPostgres", {
      plain: {
        network: server.name,
        databaseHost: "127.0.0.1",
        databasePort: `${server.port}`,
        databaseEngineHost: server.name,
        databaseEnginePort: "5432",
        databaseUser: server.user,
        // The port is on loopback and the network is the test's own.
        databaseSslMode: "disable",
      },
      secret: { databasePassword: server.password },
    });
    await stack.up();
    outputs = await stack.outputs();
    client = await stack.client();
    await makeNotes(client);
    rows = await fingerprint(client);
  });
  after(async () => {
    await stack?.cleanUp();
    await server?.stop();
  });

  const token = (signer?: Signer) => {
    const { key } = JSON.parse(outputs.jwtSecret) as { key: string };
    return signToken(signer ?? hmacSigner(key), { issuer: outputs.issuer, user: "user_1" });
  };
  const databases = async () => {
    const found = await server.asOwner("select datname from pg_database where not datistemplate");
    return found.map(({ datname }) => String(datname)).sort();
  };
  const roles = async () => {
    const found = await server.asOwner(
      "select rolname, rolsuper from pg_roles where rolname !~ '^pg_' order by 1",
    );
    return found.map(({ rolname, rolsuper }) => `${rolname} ${rolsuper}`);
  };

  it("runs no Postgres and no volume of its own", async () => {
    const { containers, volumes } = await stack.objects();
    expect(containers).to.deep.equal([stack.engineContainer]);
    expect(volumes).to.deep.equal([]);
    expect(outputs.containers).to.deep.equal({ hasura: stack.engineContainer });
  });

  it("has its own role and databases there, beside what was there before", async () => {
    expect(await databases()).to.deep.equal(["app", "hasura_metadata", "postgres", "theirs"]);
    expect(await roles()).to.deep.equal([
      "app_owner false",
      "hasura false",
      "postgres true",
      `${server.user} false`,
    ]);
    expect(outputs.databaseUrl).to.match(
      new RegExp(`^postgresql://hasura:[^@]+@${server.name}:5432/app\\?sslmode=disable$`),
    );
  });

  it("answers a query, and refuses a token of another key", async () => {
    expect(await notesSeen(client, bearer(await token()))).to.have.length(100);
    const stranger = hmacSigner(randomBytes(32).toString("hex"));
    const wrong = await client.graphql("{ __typename }", bearer(await token(stranger)));
    expect(refusalOf(wrong).message).to.contain("JWSInvalidSignature");
  });

  it("changes nothing the second time, nor does a refresh", async () => {
    const again = await stack.up("--refresh", "--expect-no-changes");
    expect(changedNothing(again), again.text).to.equal(true);
  });

  it("shows the server's password nowhere", async () => {
    const texts = {
      state: (await stack.demand(["stack", "export"])).text,
      preview: (await stack.preview("--diff")).text,
      container: (await tryDocker(["inspect", stack.engineContainer])).text,
      logs: (await tryDocker(["logs", stack.engineContainer])).text,
    };
    const canaries = [{ what: "the server's password", value: server.password }];
    for (const [where, text] of Object.entries(texts)) {
      expect(text.length, where).to.be.greaterThan(0);
      expect(leaksIn(text, canaries), where).to.deep.equal([]);
    }
  });

  it("refuses to be destroyed while the data is protected", async () => {
    const refused = await stack.pulumi(["destroy", "--yes"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(refused.text).to.match(/protect/);
    expect(await fingerprint(client)).to.equal(rows);
  });

  it("keeps the rows where the preview is skipped, for the next up to find", async () => {
    const refused = await stack.pulumi(["destroy", "--yes", "--skip-preview"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(await databases()).to.include.members(MADE);
    await stack.up();
    outputs = await stack.outputs();
    client = await stack.client();
    expect(await fingerprint(client)).to.equal(rows);
    expect(await notesSeen(client, bearer(await token()))).to.have.length(100);
  });

  it("takes its role and databases away on purpose, and nothing else", async () => {
    await stack.destroyAll();
    expect(await stack.objects()).to.deep.equal({ containers: [], networks: [], volumes: [] });
    expect(await databases()).to.deep.equal(["postgres", "theirs"]);
    expect(await roles()).to.deep.equal(["postgres true", `${server.user} false`]);
    expect(await server.asOwner("select n from kept", "theirs")).to.deep.equal([{ n: 1 }]);
  });
});
