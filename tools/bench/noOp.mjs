import { freePorts, timed } from "./bench.mjs";
import { newProject, sameStack } from "./project.mjs";
import { ISSUER, THROWAWAY_KEY } from "./queries.mjs";

/** @typedef {import("./bench.mjs").Bench} Bench */
/** @typedef {import("./project.mjs").Project} Project */
/** @typedef {import("./measure.mjs").Series} Series */
/** @typedef {import("./measure.mjs").Group} Group */

/** @type {Record<"up" | "preview", string[]>} */
const COMMANDS = {
  // As `npm run up` calls it: one run of the program.
  up: ["up", "--yes", "--skip-preview", "--expect-no-changes"],
  preview: ["preview", "--expect-no-changes"],
};

/** Configuration of a stack that is used by nobody else and protects nothing. */
export async function benchConfig() {
  const [port, postgresPort] = await freePorts(2);
  return {
    preset: "development",
    identity: { signingKey: { algorithm: "HS256", key: THROWAWAY_KEY }, issuer: ISSUER },
    hasura: { port },
    postgres: { port: postgresPort, protectData: false },
  };
}

/**
 * @param {Bench} bench
 * @param {string} source
 * @param {import("./project.mjs").Loading} loading
 */
async function otherProgram(bench, source, loading) {
  const args = { stack: bench.uniqueName(), name: "clerk-hasura-other", source, loading };
  const project = await newProject(bench, args);
  await project.pulumi(["up", "--yes", "--skip-preview"]);
  return project;
}

/**
 * @param {Project} project
 * @param {keyof typeof COMMANDS} command
 * @param {string} name
 * @param {Omit<Series, "name" | "run">} [more]
 * @returns {Series}
 */
const series = (project, command, name, more = {}) => ({
  ...more,
  name,
  run: () => timed(() => project.pulumi(COMMANDS[command])),
});

/** Names of the rows that others are compared with. */
const EMPTY = "empty program, tsx";
const EMPTY_PLAIN = "empty program, plain JS";

/**
 * What a no-op is measured of; the two kinds of loading are compared each with its own empty program.
 * @param {Bench} bench
 * @param {{ ours: Project, compiled: Project }} projects
 */
async function noOpPrograms(bench, { ours, compiled }) {
  const empty = await otherProgram(bench, "export {};\n", "tsx");
  const emptyPlain = await otherProgram(bench, "export {};\n", "esbuild");
  const imports = 'import "./index";\n';
  const loaded = await otherProgram(bench, imports, "tsx");
  const loadedPlain = await otherProgram(bench, imports, "esbuild");
  const plain = { against: EMPTY_PLAIN };
  const alone = "imports of this program alone";
  return (/** @type {keyof typeof COMMANDS} */ command) => [
    series(empty, command, EMPTY),
    series(loaded, command, `${alone}, tsx`, { note: "no resource" }),
    series(ours, command, "this program, tsx", { note: "as in Pulumi.yaml" }),
    series(emptyPlain, command, EMPTY_PLAIN, plain),
    series(loadedPlain, command, `${alone}, compiled`, { ...plain, note: "no resource" }),
    series(compiled, command, "this program, compiled", { ...plain, note: "by esbuild" }),
  ];
}

/**
 * @param {Bench} bench
 * @returns {Promise<Group[]>}
 */
export async function noOpGroups(bench) {
  /** @type {import("./project.mjs").ProjectArgs} */
  const args = { stack: bench.uniqueName(), config: await benchConfig(), loading: "tsx" };
  const ours = await newProject(bench, args);
  bench.say("bringing up the stack whose no-op is measured");
  await ours.pulumi(["up", "--yes", "--skip-preview"]);
  const compiled = await sameStack(bench, ours, { ...args, loading: "esbuild" });
  const seriesOf = await noOpPrograms(bench, { ours, compiled });
  /** @type {Group[]} */
  const groups = [];
  for (const command of /** @type {const} */ (["up", "preview"])) {
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

/**
 * The same no-op preview with the program loaded in each way.
 * @param {Bench} bench
 * @param {{ ours: Project, compiled: Project }} projects
 * @param {import("./project.mjs").ProjectArgs} args
 */
async function loadingGroup(bench, { ours, compiled }, args) {
  bench.say("loading of the program");
  const all = [series(ours, "preview", "tsx")];
  const others = /** @type {const} */ ([
    ["ts-node", "ts-node, types checked", "Pulumi's own, without options"],
    ["ts-node-unchecked", "ts-node, types unchecked", "`noCheck` in tsconfig.json"],
    ["hook", "require hook, esbuild for .ts files alone", "tools/bench/typescriptHook.cjs"],
  ]);
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
