import { expect } from "chai";
import { docker, inspect, tryDocker } from "./support/docker";
import { bringUpNotes, fingerprint } from "./support/notes";
import { changedNothing, TestStack } from "./support/testStack";

const COUNT = "select count(*) from notes";

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
    await first.up();
    expect(await fingerprint(await first.client())).to.equal(rows);
  });

  it("hand a volume over with its rows, role and databases by one setting, as after a lost state", async () => {
    await first.tool("down");
    await second.configure({ plain: { "postgres.adoptVolume": await labelOf("instance") } });
    await second.up();
    expect(await sql(COUNT)).to.equal("200");
    expect(changedNothing(await second.preview())).to.equal(true);
    expect(await typesOf(second)).to.include("docker:index/volume:Volume");

    await second.configure({ absent: ["postgres.adoptVolume"] });
    await second.refresh();
    const kept = await second.pulumi(["preview", "--diff"]);
    expect(kept.text).to.not.match(/postgres-(claim|data|release|guard)/);
    await second.up();
    expect(await sql(COUNT)).to.equal("200");
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
