import { expect } from "chai";
import { type DerivedImage, derivedImage, docker, imageOf, inspect } from "./support/docker";
import { TestStack } from "./support/testStack";

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
