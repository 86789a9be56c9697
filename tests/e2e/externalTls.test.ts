import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { serverCertificate } from "./support/certificates";
import { inspect } from "./support/docker";
import { makeNotes, notesSeen } from "./support/notes";
import { type OwnServer, startOwnServer } from "./support/ownServer";
import { TestStack } from "./support/testStack";
import { bearer, hmacSigner, signToken } from "./support/tokens";

const NAME = `chtest-e2e-tls-${process.pid}`;

describe("a stack on an external Postgres whose certificate is checked", function () {
  this.timeout(300_000);
  const { authority, ...certificate } = serverCertificate(NAME, "localhost");
  let server: OwnServer;
  let stack: TestStack;

  before(async () => {
    server = await startOwnServer(NAME, { certificate });
    stack = await TestStack.create({
      plain: {
        "postgres.external.host": "localhost",
        "postgres.external.port": `${server.port}`,
        "postgres.external.engineHost": server.name,
        "postgres.external.enginePort": "5432",
        "postgres.external.user": server.user,
        "hasura.networks": JSON.stringify([server.name]),
        "hasura.caCertificates": JSON.stringify([authority]),
      },
      secret: { "postgres.external.password": server.password },
    });
    // For the provider, which runs on this machine and not in the container.
    const file = join(stack.directory, "authority.pem");
    writeFileSync(file, authority);
    stack.variables.PGSSLROOTCERT = file;
  });
  after(async () => {
    await stack?.cleanUp();
    await server?.stop();
  });

  it("comes up by default, and its engine's connections are encrypted", async () => {
    await stack.up();
    const client = await stack.client();
    await makeNotes(client);
    const { jwtSecret, issuer } = await stack.outputs();
    const { key } = JSON.parse(jwtSecret) as { key: string };
    const token = await signToken(hmacSigner(key), { issuer, user: "user_1" });
    expect(await notesSeen(client, bearer(token))).to.have.length(100);
    const connections = await server.asOwner(
      `select distinct ssl from pg_stat_ssl join pg_stat_activity using (pid) where usename = 'hasura'`,
    );
    expect(connections).to.deep.equal([{ ssl: true }]);
  });

  it("names the mode and the file of authorities in the engine's URL", async () => {
    const { databaseUrl } = await stack.outputs();
    expect(new URL(databaseUrl).search).to.equal(
      "?sslmode=verify-full&sslrootcert=%2Ftmp%2Fclerk-hasura-authorities.pem",
    );
  });

  it("does not talk to a server whose certificate another authority signed", async () => {
    const stranger = serverCertificate(NAME).authority;
    await stack.configure({ plain: { "hasura.caCertificates": JSON.stringify([stranger]) } });
    const engine = await inspect(stack.engineContainer, "{{.Id}}");
    const refused = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code, refused.text).to.not.equal(0);
    expect(refused.text, refused.text).to.match(/cannot log in \(.*SSL error/);
    // The one that runs is not replaced by one that could not start.
    expect(await inspect(stack.engineContainer, "{{.Id}} {{.State.Running}}")).to.equal(
      `${engine} true`,
    );
  });
});
