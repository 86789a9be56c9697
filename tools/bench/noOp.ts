import { type Bench, freePorts, ISSUER, THROWAWAY_KEY, timed } from "./bench";
import type { Group, Series } from "./measure";
import { type Loading, newProject, type Project, type ProjectArgs, sameStack } from "./project";

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

async function otherProgram(bench: Bench, source: string, loading: Loading) {
  const args = { stack: bench.uniqueName(), name: "clerk-hasura-other", source, loading };
  const project = await newProject(bench, args);
  await project.pulumi(["up", "--yes", "--skip-preview"]);
  return project;
}

const series = (
  project: Project,
  command: keyof typeof COMMANDS,
  name: string,
  more: Omit<Series, "name" | "run"> = {},
): Series => ({
  ...more,
  name,
  run: () => timed(() => project.pulumi(COMMANDS[command])),
});

/** Rows that others are compared with. */
const EMPTY = "empty program, tsx";
const EMPTY_PLAIN = "empty program, plain JS";

/** The programs whose no-op is measured; each kind of loading is compared with its own empty program. */
async function noOpPrograms(
  bench: Bench,
  { ours, compiled }: { ours: Project; compiled: Project },
) {
  const empty = await otherProgram(bench, "export {};\n", "tsx");
  const emptyPlain = await otherProgram(bench, "export {};\n", "esbuild");
  const imports = 'import "./index";\n';
  const loaded = await otherProgram(bench, imports, "tsx");
  const loadedPlain = await otherProgram(bench, imports, "esbuild");
  const plain = { against: EMPTY_PLAIN };
  const alone = "imports of this program alone";
  return (command: keyof typeof COMMANDS) => [
    series(empty, command, EMPTY),
    series(loaded, command, `${alone}, tsx`, { note: "no resource" }),
    series(ours, command, "this program, tsx", { note: "as in Pulumi.yaml" }),
    series(emptyPlain, command, EMPTY_PLAIN, plain),
    series(loadedPlain, command, `${alone}, compiled`, { ...plain, note: "no resource" }),
    series(compiled, command, "this program, compiled", { ...plain, note: "by esbuild" }),
  ];
}

export async function noOpGroups(bench: Bench): Promise<Group[]> {
  const args: ProjectArgs = {
    stack: bench.uniqueName(),
    config: await benchConfig(),
    loading: "tsx",
  };
  const ours = await newProject(bench, args);
  bench.say("bringing up the stack whose no-op is measured");
  await ours.pulumi(["up", "--yes", "--skip-preview"]);
  const compiled = await sameStack(bench, ours, { ...args, loading: "esbuild" });
  const seriesOf = await noOpPrograms(bench, { ours, compiled });
  const groups: Group[] = [];
  for (const command of ["up", "preview"] as const) {
    bench.say(`no-op ${command}`);
    const { rows } = await bench.compare(seriesOf(command), bench.quick ? 3 : 7);
    groups.push({ title: `No-op \`pulumi ${command}\``, rows, notes: [] });
  }
  groups[0]?.notes.push(
    "A no-op `up` is `pulumi up --yes --skip-preview` on the running stack, as `npm run up` calls it; every program has a backend of its own in files.",
  );
  const { rows, notes } = await loadingGroup(bench, { ours, compiled }, args);
  groups.push({ title: "No-op `pulumi preview` of this program by loading", rows, notes });
  return groups;
}

/** Measures the same no-op preview for each way of loading the program. */
async function loadingGroup(
  bench: Bench,
  { ours, compiled }: { ours: Project; compiled: Project },
  args: ProjectArgs,
) {
  bench.say("loading of the program");
  const all = [series(ours, "preview", "tsx")];
  const others = [
    ["ts-node", "ts-node, types checked", "Pulumi's own, without options"],
    ["ts-node-unchecked", "ts-node, types unchecked", "`noCheck` in tsconfig.json"],
    ["hook", "require hook, esbuild for .ts files alone", "tools/bench/typescriptHook.cjs"],
  ] as const;
  for (const [loading, name, note] of others) {
    const project = await sameStack(bench, ours, { ...args, loading });
    all.push(series(project, "preview", name, { note }));
  }
  all.push(
    series(compiled, "preview", "JS, compiled before by esbuild", {
      note: "compilation not counted",
    }),
  );
  const { rows } = await bench.compare(all, bench.quick ? 2 : 5);
  const fastest = rows.toSorted((a, b) => a.seconds - b.seconds)[0];
  const notes = fastest ? [`Fastest loading of this program: ${fastest.name}.`] : [];
  return { rows, notes };
}
