import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { cliImages } from "../../tools/setup/images";
import { type CloudEngine, ENGINE_IMAGE, startCloudEngine } from "./support/cloudEngine";
import { type DerivedImage, derivedImage } from "./support/docker";
import { dataOf } from "./support/engineClient";
import { SCHEMA_PATH, SchemaFolder } from "./support/schemaFolder";
import { changedNothing, TestStack } from "./support/testStack";

const NAME = `chtest-e2e-cloud-${process.pid}`;
const PROGRAM = `import * as pulumi from "@pulumi/pulumi";
import { HasuraCloud } from "clerk-hasura";

const config = new pulumi.Config();
new HasuraCloud("cloud", {
  identity: { frontendApi: "clerk.example.com" },
  schema: {
    path: "${SCHEMA_PATH}",
    endpoint: config.require("endpoint"),
    adminSecret: config.requireSecret("adminSecret"),
    image: config.require("image"),
  },
});
`;

/** An image whose CLI trusts one more authority: the double's by Node, the real one's by Go. */
function trusting(authority: string): Promise<DerivedImage> {
  const [from = ""] = cliImages(ENGINE_IMAGE);
  const encoded = Buffer.from(authority).toString("base64");
  return derivedImage(from, `${NAME}:v1.cli-migrations-v3`, [
    `RUN echo ${encoded} | base64 -d > /authority.pem`,
    "ENV NODE_EXTRA_CA_CERTS=/authority.pem SSL_CERT_FILE=/authority.pem",
  ]);
}

describe("a schema for a Hasura that runs elsewhere", function () {
  this.timeout(300_000);
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-cloud-"));
  let engine: CloudEngine;
  let image: DerivedImage;
  let stack: TestStack;
  let folder: SchemaFolder;

  before(async () => {
    engine = await startCloudEngine(NAME, directory);
    image = await trusting(engine.authority);
    const plain = { endpoint: `${engine.url}/v1/graphql`, image: image.tag };
    const secret = { adminSecret: engine.client.adminSecret };
    stack = await TestStack.create({ plain, secret }, { folder: "examples/hasuraCloud" });
    const authority = join(directory, "authority.pem");
    writeFileSync(authority, engine.authority);
    stack.variables.NODE_EXTRA_CA_CERTS = authority;
    writeFileSync(join(stack.workdir, "index.ts"), PROGRAM);
    folder = new SchemaFolder(stack.workdir);
    folder.write("seeds/default/todos.sql", "insert into todos values (10, 'seed');\n");
  });
  after(async () => {
    await stack?.cleanUp();
    await image?.remove();
    await engine?.stop();
    rmSync(directory, { recursive: true });
  });

  const titles = async () => {
    const role = { ...engine.client.admin, "x-hasura-role": "user" };
    const answer = await engine.client.graphql("{ todos(order_by: {id: asc}) { title } }", role);
    return dataOf<{ todos: { title: string }[] }>(answer).todos.map(({ title }) => title);
  };

  const failing = async () => {
    const { code, text } = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(code, text).to.not.equal(0);
    return text;
  };

  it("says that the engine refuses an admin secret, and none of it", async () => {
    const wrong = `wrong${NAME}secret`;
    await stack.configure({ secret: { adminSecret: wrong } });
    const text = await failing();
    expect(text).to.match(/The engine refused export_metadata for the sources: .*admin-secret/);
    expect(text).to.not.include(wrong);
    expect(text, "a stack trace").to.not.match(/^\s+at .+[:(]/m);
    await stack.configure({ secret: { adminSecret: engine.client.adminSecret } });
  });

  it("is applied over TLS, without its seeds, by a container that is gone afterwards", async () => {
    await stack.preview();
    await stack.up();
    expect(await titles()).to.deep.equal(["first"]);
    expect((await stack.objects()).containers).to.deep.equal([]);
  });

  it("changes nothing when it is applied again, and keeps the admin secret out of the state", async () => {
    await stack.up("--expect-no-changes");
    expect(changedNothing(await stack.refresh())).to.equal(true);
    const { stdout } = await stack.demand(["stack", "export"]);
    expect(stdout).to.include("default/1_create_todos");
    expect(stdout).to.not.include(engine.client.adminSecret);
  });

  it("names a broken migration by line and statement, and goes on where it is mended", async () => {
    folder.migrate("2_done", "select 1;\nalter table todos add column id int;\n");
    expect(await failing()).to.match(
      /migrations\/default\/2_done\/up\.sql, line 2: column "id" of relation "todos" already exists \(42701\)/,
    );
    folder.migrate("2_done", "alter table todos add column done boolean;\n");
    await stack.up();
    const versions = "select version from clerk_hasura.migrations order by 1";
    expect(await engine.client.sql(versions)).to.deep.equal([["1"], ["2"]]);
  });
});
