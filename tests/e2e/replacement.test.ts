import { expect } from "chai";
import { waitFor } from "../support/waiting";
import {
  containerLogs,
  type DerivedImage,
  DockerEvents,
  derivedImage,
  docker,
  imageOf,
  inspect,
  mostAtOnce,
  secondTag,
} from "./support/docker";
import type { EngineClient } from "./support/engineClient";
import { bringUpNotes, fingerprint, notesSeen } from "./support/notes";
import { startLocked, startPlain, startWithOwnSettings } from "./support/ownServer";
import type { TestStack } from "./support/testStack";
import { bearer } from "./support/tokens";

/** What a change of settings is expected to do to the containers. */
interface Expected {
  engine: "kept" | "replaced";
  postgres: "kept" | "replaced";
}

describe("a change that replaces containers", function () {
  this.timeout(300_000);
  const images: DerivedImage[] = [];
  let stack: TestStack;
  let client: EngineClient;
  let rows: string;
  let token: string;

  before(async () => {
    ({ client, rows, token } = await bringUpNotes("user_1", (made) => {
      stack = made;
    }));
  });
  after(async () => {
    await stack?.cleanUp();
    for (const image of images) await image.remove();
  });

  const idOf = (container: string) => inspect(container, "{{.Id}}");

  /** Brings a change up and checks that the database was stopped in good order, alone, and lost nothing. */
  async function change(plain: Record<string, string>, expected: Expected): Promise<void> {
    const before = [await idOf(stack.engineContainer), await idOf(stack.postgresContainer)];
    const events = await DockerEvents.record(stack.postgresContainer);
    await stack.configure({ plain });
    await stack.up();
    const seen = (await events.stop()).filter(({ name }) => name === stack.postgresContainer);
    const after = [await idOf(stack.engineContainer), await idOf(stack.postgresContainer)];
    expect(after[0] === before[0] ? "kept" : "replaced", "engine").to.equal(expected.engine);
    expect(after[1] === before[1] ? "kept" : "replaced", "Postgres").to.equal(expected.postgres);
    const ends = seen.filter(({ action }) => action === "die");
    expect(ends.map(({ attributes }) => attributes.exitCode)).to.deep.equal(
      expected.postgres === "replaced" ? ["0"] : [],
    );
    expect(mostAtOnce(seen, 1), "servers at once").to.equal(1);
    expect(await containerLogs(stack.postgresContainer)).to.not.contain(
      "was not properly shut down",
    );
    await client.healthy();
    expect(await fingerprint(client)).to.equal(rows);
    expect(await notesSeen(client, bearer(token))).to.have.length(100);
  }

  it("in the engine's environment replaces the engine alone", () =>
    change(
      { "hasura.corsDomains": '["https://app.example.com"]' },
      { engine: "replaced", postgres: "kept" },
    ));

  it("in the engine's grace replaces the engine alone", () =>
    change({ "hasura.graceSeconds": "70" }, { engine: "replaced", postgres: "kept" }));

  it("in a Postgres parameter replaces the server, which then runs with it", async () => {
    const parameters = '{"max_connections":"77","work_mem":"5MB"}';
    await change({ "postgres.parameters": parameters }, { engine: "kept", postgres: "replaced" });
    expect(await client.sql("show max_connections")).to.deep.equal([["77"]]);
    const logs = await containerLogs(stack.postgresContainer);
    expect(logs).to.contain("database system was shut down at");
  });

  it("in Postgres' shared memory replaces the server", () =>
    change({ "postgres.shmSizeMb": "300" }, { engine: "kept", postgres: "replaced" }));

  it("in memory limits replaces nothing", async () => {
    const limits = { "postgres.memoryMb": "900", "hasura.memoryMb": "800" };
    await change(limits, { engine: "kept", postgres: "kept" });
    const limitOf = (name: string) => inspect(name, "{{.HostConfig.Memory}}");
    expect(await limitOf(stack.postgresContainer)).to.equal(`${900 * 1024 * 1024}`);
    expect(await limitOf(stack.engineContainer)).to.equal(`${800 * 1024 * 1024}`);
  });

  it("of an image's name alone replaces nothing", async () => {
    const image = await imageOf(stack.engineContainer);
    images.push(await secondTag(image, `${stack.name}.test/engine:again`));
    await change(
      { "hasura.image": `${stack.name}.test/engine:again` },
      { engine: "kept", postgres: "kept" },
    );
  });

  it("of both images replaces both containers", async () => {
    const version = await inspect(stack.postgresContainer, "{{json .Config.Env}}");
    const major = /"PG_MAJOR=(\d+)"/.exec(version)?.[1] ?? "";
    const engine = await derivedImage(
      await imageOf(stack.engineContainer),
      `${stack.name}.test/engine:derived`,
    );
    const server = await derivedImage(
      await imageOf(stack.postgresContainer),
      `${stack.name}.test/server:derived`,
    );
    images.push(engine, server);
    await change(
      {
        "hasura.image": engine.tag,
        "postgres.image": server.tag,
        "postgres.majorVersion": major,
      },
      { engine: "replaced", postgres: "replaced" },
    );
  });

  it("leaves nothing to do for the next up", () => stack.up("--expect-no-changes"));

  it("never lets a second server onto the volume, behind the lock or without it", async () => {
    const id = await idOf(stack.postgresContainer);
    const locked = await startLocked(stack.postgresContainer);
    expect(locked.code, locked.text).to.equal(75);
    expect(locked.text).to.contain("another Postgres server runs on this volume");
    for (const start of [startPlain, startWithOwnSettings]) {
      const second = await start(stack.postgresContainer);
      expect(second.code, second.text).to.be.greaterThan(0);
      expect(second.text).to.contain("one-writer.conf").and.not.contain("ready to accept");
      // Without its pid file, the server that runs would shut down within a minute.
      await docker([
        "exec",
        stack.postgresContainer,
        "sh",
        "-c",
        'test -s "$PGDATA/postmaster.pid"',
      ]);
    }
    expect(await idOf(stack.postgresContainer)).to.equal(id);
    expect(await fingerprint(client)).to.equal(rows);
  });

  it("lets none of them start while its own is stopped, and then has its rows again", async () => {
    await docker(["stop", "--time", "60", stack.postgresContainer], 90_000);
    for (const start of [startPlain, startWithOwnSettings]) {
      const second = await start(stack.postgresContainer);
      expect(second.code, second.text).to.be.greaterThan(0);
      expect(second.text).to.contain("one-writer.conf").and.not.contain("ready to accept");
    }
    await docker(["start", stack.postgresContainer]);
    await client.healthy();
    const seen = () => fingerprint(client).catch(() => undefined);
    expect(await waitFor("the rows", seen, 60_000)).to.equal(rows);
  });

  it("keeps a setting made by ALTER SYSTEM, and its guard with it", async () => {
    const sql = (text: string) =>
      docker(["exec", stack.postgresContainer, "psql", "-U", "postgres", "-Atc", text]);
    await sql("alter system set random_page_cost = 3");
    await docker(["restart", "--time", "60", stack.postgresContainer], 90_000);
    const setting = () => sql("show random_page_cost").catch(() => undefined);
    expect(await waitFor("the server", setting, 60_000)).to.equal("3");
    expect(await sql("show hba_file")).to.equal("/run/clerk-hasura/pg_hba.conf");
    expect((await startWithOwnSettings(stack.postgresContainer)).text).to.contain(
      "one-writer.conf",
    );
  });
});
