import { setTimeout as delay } from "node:timers/promises";
import { RELEASED_IMAGES } from "../setup/images";
import { type Bench, freePorts, removeLabelled, timed } from "./bench";
import { type Group, median, type Series } from "./measure";
import { newProject } from "./project";

const COUNTS = [1, 10, 30];

/** A program with `count` instances, each with its own names and ports. */
const SOURCE = `
const pulumi = require("@pulumi/pulumi");
const { loadTypeScript } = require("./infra/loadTypeScript.cjs");
const { ClerkHasura, Preset, SigningAlgorithm, SslMode } = loadTypeScript(require.resolve("./infra/index.ts"));

const config = new pulumi.Config();
const count = config.requireNumber("count");
const port = config.getNumber("sharedPort");
const owner = pulumi.getStack().replaceAll("-", "_");
const shared = port === undefined ? undefined : {
  host: "127.0.0.1", port, user: "postgres", password: "measurement-password",
  sslMode: SslMode.Disable, superuser: true,
};
for (let index = 0; index < count; index += 1) {
  new ClerkHasura(\`i\${index}\`, {
    preset: Preset.Development,
    identity: {
      issuer: "https://bench.clerk-hasura.invalid",
      signingKey: { algorithm: SigningAlgorithm.HS256, key: "x".repeat(64) },
    },
    hasura: { port: 20000 + index },
    suspended: shared !== undefined,
    postgres: {
      protectData: false,
      port: 21000 + index,
      engineRole: \`role_\${owner}_\${index}\`,
      ownerRole: \`owner_\${owner}_\${index}\`,
      metadataDatabase: \`metadata_\${owner}_\${index}\`,
      applicationDatabase: \`app_\${owner}_\${index}\`,
      ...(shared === undefined ? {} : { external: shared }),
    },
  });
}
`;

/** Starts one server for the databases of all suspended instances. Returns its loopback port. */
async function sharedPostgres(bench: Bench): Promise<number> {
  const [port = 0] = await freePorts(1);
  const name = bench.uniqueName();
  const label = `dev.clerk-hasura.bench=${name}`;
  bench.atEnd(`container ${name}`, () => removeLabelled(bench, label));
  const image = bench.parts.env.CLERK_HASURA_POSTGRES_IMAGE ?? RELEASED_IMAGES.postgres;
  const place = ["--name", name, "--label", label, "--publish", `127.0.0.1:${port}:5432`];
  const env = { ...process.env, POSTGRES_PASSWORD: "measurement-password" };
  const run = ["run", "--detach", ...place, "--env", "POSTGRES_PASSWORD", image];
  await bench.run("docker", [...run, "-c", "max_connections=400"], { env });
  const ask = ["exec", name, "psql", "-h", "127.0.0.1", "-U", "postgres", "-qtAc", "select 1"];
  for (let attempt = 0; attempt < 100; attempt += 1) {
    if (await bench.run("docker", ask).catch(() => "")) return port;
    await delay(300);
  }
  throw new Error("the shared Postgres of the measurements does not answer");
}

const project = (bench: Bench, count: number, config: Record<string, string> = {}) =>
  newProject(bench, {
    stack: bench.uniqueName(),
    name: "clerk-hasura-many",
    source: SOURCE,
    config: { count: String(count), ...config },
  });

const label = (count: number) => (count === 1 ? "1 instance" : `${count} instances`);

async function group(bench: Bench, title: string, all: Series[], counts: number[]): Promise<Group> {
  bench.say(title);
  const { rows, samples } = await bench.compare(all, bench.quick ? 1 : 2);
  const first = counts[0] ?? 1;
  const last = counts.at(-1) ?? 1;
  const [base = []] = samples;
  const further = (samples.at(-1) ?? []).map(
    (value, round) => ((value - (base[round] ?? Number.NaN)) * 1000) / (last - first),
  );
  const notes = [`${title}: ${Math.round(median(further))} ms for each further instance.`];
  return { title, rows, notes };
}

/** Measures what each further instance costs in one stack. */
export async function instanceGroups(bench: Bench): Promise<Group[]> {
  const counts = bench.quick ? COUNTS.slice(0, 2) : COUNTS;
  const create: Series[] = [];
  for (const count of counts) {
    const { pulumi } = await project(bench, count);
    create.push({ name: label(count), run: () => timed(() => pulumi(["preview"])) });
  }
  const first = "Instances: `pulumi preview` of creating them";
  const groups = [await group(bench, first, create, counts)];
  const sharedPort = String(await sharedPostgres(bench));
  const preview: Series[] = [];
  const up: Series[] = [];
  const args = ["--expect-no-changes"];
  for (const count of counts) {
    const { pulumi } = await project(bench, count, { sharedPort });
    bench.say(`making ${label(count)}, suspended, on one shared server`);
    await pulumi(["up", "--yes", "--skip-preview"]);
    const name = label(count);
    preview.push({ name, run: () => timed(() => pulumi(["preview", ...args])) });
    up.push({ name, run: () => timed(() => pulumi(["up", "--yes", "--skip-preview", ...args])) });
  }
  groups.push(await group(bench, "Suspended instances: no-op `pulumi preview`", preview, counts));
  groups.push(await group(bench, "Suspended instances: no-op `pulumi up`", up, counts));
  groups[0]?.notes.push(
    "Instances: whole ones are only previewed, so that nothing starts. Suspended ones exist: secrets, role, databases and grants on one shared server, without containers, network and volume.",
  );
  return groups;
}
