import { expect } from "chai";
import { settlePostgres } from "../../../infra/postgres/checkPostgres";
import { decidedNames, NAMES_SCRIPT } from "../../../infra/postgres/namesStep";
import { EVERYTHING, NAMES, StepServer } from "./stepServer";

describe("the step that looks at a server's names", () => {
  let server: StepServer;
  beforeEach(() => {
    server = new StepServer();
  });
  afterEach(() => server.remove());
  const run: StepServer["run"] = (...given) => server.run(...given);

  const refusals: [what: string, over: Record<string, string>, said: string][] = [
    [
      "a database that is there",
      { FOUND: `${EVERYTHING}\napplicationDatabase` },
      'postgres.applicationDatabase: the database "app" exists on the server',
    ],
    [
      "a role that is there, whose password is another",
      { FOUND: `${EVERYTHING}\nengineRole` },
      'postgres.engineRole: the role "hasura" exists on the server',
    ],
    [
      "an owner's role that is there, whoever may log in with what password",
      { FOUND: `${EVERYTHING}\nownerRole`, OWNER_ROLE: "app_owner" },
      'postgres.ownerRole: the role "app_owner" exists on the server and is not this stack\'s; allowed: a name that is free there; set another name',
    ],
    [
      "what is to be taken over and is not there",
      { ADOPT: "metadataDatabase" },
      'postgres.adopt: names metadataDatabase, but the server has no database "hasura_metadata"',
    ],
    [
      "a superuser as the engine's role",
      { FOUND: `${EVERYTHING}\nengineRole\nsuperuser`, ADOPT: "engineRole" },
      'postgres.engineRole: "hasura" is a superuser',
    ],
    [
      "an administrator who may make no role",
      { FOUND: "createsDatabases" },
      'postgres.engineRole: "root" may not create the role "hasura"; allowed: an administrator with CREATEROLE',
    ],
    [
      "an administrator who may make no database",
      { FOUND: "createsRoles\nmetadataDatabase", ADOPT: "metadataDatabase" },
      'postgres.applicationDatabase: "root" may not create the database "app"; allowed: an administrator with CREATEDB',
    ],
  ];
  for (const [what, over, said] of refusals) {
    it(`stop at ${what}`, async () => {
      const { code, text, stdout } = await run(NAMES_SCRIPT, over, "another");
      expect(code).to.equal(1);
      expect(text.split("\n").filter((line) => line.startsWith("postgres."))).to.have.length(1);
      expect(text).to.contain(said);
      expect(stdout).to.equal("");
    });
  }

  it("go on where all is free, is taken over, or was made by this stack", async () => {
    expect((await run(NAMES_SCRIPT)).stdout).to.equal(`${NAMES}\n`);
    const FOUND = `${EVERYTHING}\nengineRole\napplicationDatabase\nmetadataDatabase`;
    const ADOPT = "applicationDatabase metadataDatabase engineRole";
    expect((await run(NAMES_SCRIPT, { FOUND, ADOPT }, "another")).code).to.equal(0);
    const own = `${FOUND}\ngranted app\ngranted hasura_metadata`;
    expect((await run(NAMES_SCRIPT, { FOUND: own })).code).to.equal(0);
    // Somebody else's database beside a role of our own.
    const theirs = await run(NAMES_SCRIPT, { FOUND: `${FOUND}\ngranted app` });
    expect(theirs.text).to.match(/^postgres\.metadataDatabase: .*exists on the server/m);
  });

  it("refuse other names later, each with the way back, and ask nobody", async () => {
    const before = { PULUMI_COMMAND_STDOUT: NAMES };
    const changed = decidedNames(settlePostgres({ engineRole: "clerk", collation: "en_US.UTF-8" }));
    const names = Object.entries(changed).map((pair) => pair.join("="));
    const refused = await run(NAMES_SCRIPT, { ...before, NAMES: names.join("\n") });
    expect(refused.code).to.equal(1);
    expect(refused.text.trim().split("\n").sort()).to.deep.equal([
      'postgres.collation: is "en_US.UTF-8", but this stack was made with "C"; allowed: what the first up decided; set it back to "C"',
      'postgres.engineRole: is "clerk", but this stack was made with "hasura"; allowed: what the first up decided; set it back to "hasura"',
    ]);
    expect((await run(NAMES_SCRIPT, before)).stdout).to.equal(`${NAMES}\n`);
    expect(() => server.read("asked")).to.throw(/ENOENT/);
  });

  it("look for a role that an older release did not make, and at nothing that it made", async () => {
    const before = { PULUMI_COMMAND_STDOUT: NAMES.replace(/^ownerRole=.*\n/m, "") };
    const FOUND = `${EVERYTHING}\nengineRole\napplicationDatabase\nmetadataDatabase`;
    const made = await run(NAMES_SCRIPT, { ...before, FOUND }, "another");
    expect(made.stdout).to.equal(`${NAMES}\n`);
    const there = { ...before, FOUND: `${FOUND}\nownerRole` };
    const { text } = await run(NAMES_SCRIPT, there);
    expect(text).to.match(/^postgres\.ownerRole: .*exists on the server.*\n$/);
  });

  it("refuse to leave out a role that only reads once it is made", async () => {
    const made = NAMES.replace("readOnlyRole=", "readOnlyRole=reporting");
    const { text } = await run(NAMES_SCRIPT, { PULUMI_COMMAND_STDOUT: made });
    expect(text).to.equal(
      'postgres.readOnlyRole: is not set, but this stack was made with "reporting"; allowed: what the first up decided; set it back to "reporting"\n',
    );
    expect(
      (await run(NAMES_SCRIPT, { PULUMI_COMMAND_STDOUT: NAMES, NAMES: made })).stdout,
    ).to.equal(`${made}\n`);
  });

  it("refuse to let go of what was taken over on a server that stays, so that nothing is dropped later", async () => {
    const FOUND = `${EVERYTHING}\nengineRole\napplicationDatabase`;
    const server = { FOUND, STAYS: "1" };
    const taken = await run(NAMES_SCRIPT, { ...server, ADOPT: "applicationDatabase engineRole" });
    expect(taken.stdout).to.equal(`${NAMES}\nadopted=applicationDatabase engineRole\n`);
    const before = { ...server, PULUMI_COMMAND_STDOUT: taken.stdout };
    const refused = await run(NAMES_SCRIPT, { ...before, ADOPT: "engineRole" });
    expect(refused.code).to.equal(1);
    expect(refused.text).to.equal(
      "postgres.adopt: no longer names applicationDatabase, which this stack took over; allowed: what was taken over stays listed, so that nothing here drops it; add applicationDatabase again\n",
    );
    const more = "metadataDatabase engineRole applicationDatabase";
    expect((await run(NAMES_SCRIPT, { ...before, ADOPT: more })).code).to.equal(0);
    // The volume of the stack's own server is deleted as a whole.
    const own = await run(NAMES_SCRIPT, { FOUND, ADOPT: "applicationDatabase engineRole" });
    expect(own.stdout).to.equal(`${NAMES}\n`);
  });

  it("remember the names while nothing runs", async () => {
    const { code, stdout } = await run(NAMES_SCRIPT, { CONTAINER: "" });
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: `${NAMES}\n` });
  });
});
