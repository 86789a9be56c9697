import { type Bench, freePorts, ISSUER, THROWAWAY_KEY, timed } from "./bench";
import { flatProject } from "./flatProgram";
import { type Group, median, type Series } from "./measure";
import { newProject, type Project } from "./project";

const COMMANDS: Record<"up" | "preview", string[]> = {
  // As `npm run up` calls it: one run of the program.
  up: ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  preview: ["preview", "--expect-no-changes"],
};

/** Settings of a stack that nobody else uses and that protects nothing. */
export async function benchConfig() {
  const [port, postgresPort] = await freePorts(2);
  return {
    preset: "development",
    identity: { signingKey: { algorithm: "HS256", key: THROWAWAY_KEY }, issuer: ISSUER },
    hasura: { port },
    postgres: { port: postgresPort, protectData: false },
  };
}

const series = (project: Project, command: keyof typeof COMMANDS, name: string): Series => ({
  name,
  run: () => timed(() => project.pulumi(COMMANDS[command])),
});

/** Median of the ratios of two series within each round. */
function ratioOf(samples: number[][], of: number, to: number): string {
  const ratios = (samples[of] ?? []).map((it, round) => it / (samples[to]?.[round] ?? Number.NaN));
  return `${median(ratios).toFixed(2)}x`;
}

/** Measures what an update without changes costs, beside an empty program and beside the same resources in one flat program. */
export async function noOpGroups(bench: Bench): Promise<Group[]> {
  const ours = await newProject(bench, { stack: bench.uniqueName(), config: await benchConfig() });
  bench.say("bringing up the stack whose no-op is measured");
  await ours.pulumi(["up", "--yes", "--skip-preview"]);
  const name = "clerk-hasura-empty";
  const empty = await newProject(bench, { stack: bench.uniqueName(), name, source: "" });
  await empty.pulumi(["up", "--yes", "--skip-preview"]);
  const flat = await flatProject(bench, ours);
  const groups: Group[] = [];
  for (const command of ["up", "preview"] as const) {
    bench.say(`no-op ${command}`);
    const all = [
      series(empty, command, "empty program"),
      series(flat, command, "the same resources in one flat program"),
      series(ours, command, "this program"),
    ];
    const { rows, samples } = await bench.compare(all, bench.quick ? 3 : 9);
    const title = `No-op \`pulumi ${command}\``;
    const notes = [`${title}: this program against the flat one: ${ratioOf(samples, 2, 1)}.`];
    groups.push({ title, rows, notes });
  }
  groups[0]?.notes.push(
    "A no-op `up` is `pulumi up --yes --skip-preview` on the running stack, as `npm run up` calls it; every program has a backend of its own in files. The flat program declares the resources of this program's state by type, name and inputs, in plain JavaScript.",
  );
  return groups;
}
