import { expect } from "chai";
import {
  type DerivedImage,
  derivedImage,
  docker,
  imageOf,
  inspect,
  tryDocker,
} from "./support/docker";
import { bringUpNotes, fingerprint } from "./support/notes";
import { SCHEMA_PATH, SchemaFolder } from "./support/schemaFolder";
import { changedNothing, TestStack } from "./support/testStack";

const IMAGE = process.env.CLERK_HASURA_POSTGRES_IMAGE ?? "postgres:17-bookworm";
const MAJOR = process.env.CLERK_HASURA_POSTGRES_MAJOR ?? "17";

/** As timescaledb-ha's: a data directory of its own, and a user whose id is not that of the folder at the mount. */
const ELSEWHERE = [
  "USER root",
  "RUN usermod --uid 1000 postgres && mkdir -p /home/postgres/pgdata && chown -R postgres /home/postgres /var/run/postgresql",
  "ENV PGDATA=/home/postgres/pgdata/data",
  "ENV POSTGRES_INITDB_WALDIR=/home/postgres/wal",
];

describe("a server whose image keeps its data elsewhere", function () {
  this.timeout(300_000);
  let stack: TestStack;
  let image: DerivedImage;

  before(async () => {
    stack = await TestStack.create();
    image = await derivedImage(IMAGE, `${stack.name}.test/elsewhere:1`, ELSEWHERE);
    await stack.configure({
      plain: { "postgres.image": image.tag, "postgres.majorVersion": MAJOR },
    });
    await stack.up();
    await sql("create table kept as select 'kept' as row");
  });
  after(async () => {
    await stack?.cleanUp();
    await image?.remove();
  });

  const inside = (...args: string[]) => docker(["exec", stack.postgresContainer, ...args]);
  const sql = (text: string) => inside("psql", "-U", "postgres", "-d", "app", "-Atc", text);
  const state = () => inspect(stack.postgresContainer, "{{.Id}} {{.State.StartedAt}}");

  it("writes into the volume, its log of changes included", async () => {
    const mounts = JSON.parse(await inspect(stack.postgresContainer, "{{json .Mounts}}")) as {
      Name?: string;
      Destination: string;
    }[];
    const mount = mounts.find(({ Name }) => Name === stack.volume)?.Destination;
    expect(await sql("show data_directory")).to.match(new RegExp(`^${mount}(/|$)`));
    expect(await inside("sh", "-c", 'readlink -f "$PGDATA/pg_wal"')).to.match(
      new RegExp(`^${mount}/`),
    );
    expect(
      await inside("sh", "-c", "ls -A /home/postgres/pgdata; ls -d /home/postgres/wal || true"),
    ).to.equal("");
  });

  it("keeps its rows through a change that makes the container anew", async () => {
    const before = await state();
    await stack.configure({ plain: { "postgres.shmSizeMb": "128" } });
    await stack.up();
    expect(await state()).to.not.equal(before);
    expect(await sql("select * from kept")).to.equal("kept");
  });

  it("goes on serving where the next version or image does not fit its data", async () => {
    const before = await state();
    const other = await imageOf(stack.postgresContainer);
    const changes: [Record<string, string>, string][] = [
      [{ "postgres.majorVersion": `${Number(MAJOR) - 1}` }, `set it to ${MAJOR}`],
      [{ "postgres.image": IMAGE, "postgres.majorVersion": MAJOR }, "belongs to user 1000"],
    ];
    for (const [plain, says] of changes) {
      await stack.configure({ plain });
      const { code, text } = await stack.pulumi(["up", "--yes", "--skip-preview"], 240_000);
      expect(code, text).to.not.equal(0);
      expect(text).to.contain(says);
      expect(await state()).to.equal(before);
      expect(await imageOf(stack.postgresContainer)).to.equal(other);
      expect(await sql("select * from kept")).to.equal("kept");
    }
    await stack.configure({ plain: { "postgres.image": image.tag } });
    await stack.up();
    expect(await state()).to.equal(before);
  });
});

const COUNT = "select count(*) from notes";
const VERSIONS =
  "select string_agg(version, ',' order by version) from clerk_hasura.migrations where applied_at is not null";

describe("two checkouts whose stacks have one name", function () {
  this.timeout(400_000);
  let first: TestStack;
  let second: TestStack;
  let rows: string;

  before(async () => {
    ({ rows } = await bringUpNotes("user_1", (made) => {
      first = made;
    }));
    second = await TestStack.create({}, { name: first.name });
  });
  after(async () => {
    await second?.cleanUp();
    await first?.cleanUp();
  });

  const labelOf = (key: string) =>
    inspect(first.volume, `{{index .Labels "dev.clerk-hasura.${key}"}}`);
  const made = () => inspect(first.volume, "{{.CreatedAt}}");
  const typesOf = async (stack: TestStack) => {
    const { stdout } = await stack.demand(["stack", "export"]);
    const { deployment } = JSON.parse(stdout) as {
      deployment: { resources?: { type: string }[] };
    };
    return (deployment.resources ?? []).map(({ type }) => type);
  };
  const sql = (text: string) =>
    docker(["exec", second.postgresContainer, "psql", "-U", "postgres", "-d", "app", "-Atc", text]);

  it("are told apart by their volumes: the second does not take the first one's, stopped as it is", async () => {
    const down = await first.tool("down");
    expect(down.code, down.text).to.equal(0);
    const refused = await second.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code).to.not.equal(0);
    for (const part of [first.volume, await labelOf("stack"), await labelOf("instance")]) {
      expect(refused.text).to.contain(part);
    }
    expect(refused.text).to.contain("adoptVolume");
    expect(await typesOf(second)).to.not.include("docker:index/volume:Volume");
  });

  it("delete nothing of each other", async () => {
    const before = await made();
    const { code, text } = await second.tool("down", "--delete-data");
    expect(code, text).to.equal(0);
    expect(await made()).to.equal(before);
    // The schema of what is handed over below.
    new SchemaFolder(first.checkout);
    await first.configure({ plain: { "schema.path": SCHEMA_PATH } });
    await first.up();
    expect(await fingerprint(await first.client())).to.equal(rows);
  });

  it("hand a volume over with its rows, role and databases by one setting, as after a lost state", async () => {
    await first.tool("down");
    const folder = new SchemaFolder(second.checkout);
    const adoptVolume = await labelOf("instance");
    await second.configure({
      plain: { "postgres.adoptVolume": adoptVolume, "schema.path": SCHEMA_PATH },
    });
    await second.up();
    expect(await sql(COUNT)).to.equal("200");
    expect(await sql(VERSIONS)).to.equal("1");
    expect(changedNothing(await second.preview())).to.equal(true);
    expect(await typesOf(second)).to.include("docker:index/volume:Volume");

    await second.configure({ absent: ["postgres.adoptVolume"] });
    await second.refresh();
    const kept = await second.pulumi(["preview", "--diff"]);
    expect(kept.text).to.not.match(/postgres-(claim|data|release|guard)/);
    folder.migrate("2_column", "alter table todos add column done boolean;\n");
    await second.up();
    expect(await sql(COUNT)).to.equal("200");
    expect(await sql(VERSIONS)).to.equal("1,2");
    expect(changedNothing(await second.preview())).to.equal(true);
  });

  it("delete an adopted volume as their own", async () => {
    const { code, text } = await second.tool("down", "--delete-data");
    expect(code, text).to.equal(0);
    expect((await tryDocker(["volume", "inspect", first.volume])).code).to.not.equal(0);
  });

  it("begin anew where the volume is gone, as the refusal says", async () => {
    const refused = await first.pulumi(["up", "--yes", "--skip-preview"], 240_000);
    expect(refused.code).to.not.equal(0);
    expect(refused.text).to.contain("is gone").and.contain("npm run down -- --delete-data");
    const down = await first.tool("down", "--delete-data");
    expect(down.code, down.text).to.equal(0);
    await first.up();
    await (await first.client()).healthy();
  });
});
