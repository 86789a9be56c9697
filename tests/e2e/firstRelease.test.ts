import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { type RecordedProject, recordedProject } from "../../tools/release/recordedProject";
import { unexplained, upgradeNotes } from "../compat/upgradeNotes";
import { CHECKOUT, installation } from "./support/checkout";

interface Recorded {
  release: string;
  /** Settings that it was recorded with, images among them. */
  config: Record<string, string>;
  /** As `pulumi stack export` gave it. */
  state: { deployment: { resources: { urn: string; type: string }[] } };
}

interface Step {
  op: string;
  urn: string;
}

/** What a preview would do to the resources of a stack, by URN without stack and project. */
interface Plan {
  created: string[];
  /** Deleted or replaced. */
  lost: string[];
}

const RECORDS = join(CHECKOUT, "tests", "compat", "state");
const LOSSES = ["delete", "replace", "create-replacement", "delete-replaced"];
/** Named by the release of their package, so that a newer one comes with a provider of another URN. */
const DEFAULT_PROVIDER = /pulumi:providers:[a-z-]+::default_/;
const DATA = /docker:index\/volume:|postgresql:index\/|random:index\//;

function readRecord(file: string): Recorded {
  return JSON.parse(readFileSync(join(RECORDS, file), "utf8")) as Recorded;
}

async function importRecord({ config, state }: Recorded): Promise<RecordedProject> {
  const project = await recordedProject(installation(), config);
  const file = join(project.directory, "recorded.json");
  writeFileSync(file, JSON.stringify(state));
  await project.pulumi("stack", "import", "--file", file);
  // A preview that meets a protected resource ends there; unprotected, it tells all that would be lost.
  await project.pulumi("state", "unprotect", "--all", "--yes");
  return project;
}

async function planOf(project: RecordedProject): Promise<Plan> {
  const { steps } = JSON.parse(await project.pulumi("preview", "--json")) as { steps: Step[] };
  const of = (ops: string[]) => [
    ...new Set(
      steps
        .filter(({ op, urn }) => ops.includes(op) && !DEFAULT_PROVIDER.test(urn))
        .map(({ urn }) => urn.split("::").slice(2).join("::")),
    ),
  ];
  return { created: of(["create"]), lost: of(LOSSES) };
}

for (const file of readdirSync(RECORDS).filter((name) => name.endsWith(".json"))) {
  const recorded = readRecord(file);

  describe(`a stack that ${recorded.release} made, under today's program`, function () {
    this.timeout(300_000);
    let project: RecordedProject;
    let plan: Plan;

    before(async () => {
      project = await importRecord(recorded);
      plan = await planOf(project);
    });
    after(() => project?.remove());

    it("is recorded whole, with its secrets encrypted and no place of a machine", () => {
      const types = recorded.state.deployment.resources.map(({ type }) => type);
      expect(types.filter((type) => type === "docker:index/container:Container")).to.have.length(2);
      const text = readFileSync(join(RECORDS, file), "utf8");
      expect(text).to.include('"ciphertext"');
      expect(text).to.not.match(/"plaintext"|"sourcePosition"|PRIVATE KEY|node_modules/);
    });

    it("loses nothing, and gets nothing new, that no upgrade note names", () => {
      const hint =
        "name them in docs/upgrade/ on a later release's page, with the cost, or give them aliases";
      const notes = upgradeNotes({ newerThan: recorded.release });
      expect(unexplained(plan.lost, notes), `replaced or deleted: ${hint}`).to.be.empty;
      expect(unexplained(plan.created, notes), `created: ${hint}`).to.be.empty;
    });

    it("keeps volume, databases and passwords, whatever the notes say", () => {
      expect(plan.lost.filter((urn) => DATA.test(urn))).to.deep.equal([]);
    });

    const lastOf = (urns: string[]) => urns.map((urn) => urn.split("::").at(-1));
    const changes: [what: string, setting: string, value: string, lost: string, data: string[]][] =
      [
        [
          "a replaced server",
          "postgres.parameters",
          '{"max_connections":"90"}',
          "backend-postgres-container",
          [],
        ],
        [
          "a key that goes",
          "identity.frontendApi",
          "clerk.example.com",
          "backend-hasura-container",
          ["backend-signing-key"],
        ],
      ];
    for (const [what, setting, value, lost, data] of changes) {
      it(`would show ${what}`, async () => {
        await project.pulumi("config", "set", "--path", "--plaintext", setting, value);
        try {
          const changed = await planOf(project);
          expect(lastOf(changed.lost)).to.include(lost);
          expect(lastOf(changed.lost.filter((urn) => DATA.test(urn)))).to.deep.equal(data);
          expect(unexplained(changed.lost, "")).to.deep.equal(changed.lost);
        } finally {
          await project.pulumi("config", "rm", "--path", setting);
        }
      });
    }
  });
}
