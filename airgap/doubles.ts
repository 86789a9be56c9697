import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { build } from "esbuild";

/** The doubles: where the source is and where the bundle goes as an executable, if it is one. */
const doubles: Record<string, { source: string; executable?: string }> = {
  languageHost: {
    source: "airgap/doubles/languageHost/main.ts",
    executable: "bin/pulumi-language-nodejs",
  },
  commandProvider: {
    source: "airgap/doubles/commandProvider/main.ts",
    executable: "plugins/resource-command/pulumi-resource-command",
  },
  postgresqlProvider: {
    source: "airgap/doubles/postgresqlProvider/main.ts",
    executable: "plugins/resource-postgresql/pulumi-resource-postgresql",
  },
  hasura: { source: "airgap/doubles/hasura/main.ts" },
  hasuraCli: { source: "airgap/doubles/hasuraCli/main.ts" },
};

/** Versions of the plugins the doubles stand in for, as `pulumi plugin install resource` takes them. */
export const pluginVersions = { command: "1.2.1", postgresql: "3.18.1" };

function shellQuoted(text: string) {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * A starter that runs with the node of the set-up, or with the one on PATH when that is gone. The engine starts
 * plugins by name, and node may well be on no PATH of the shell `pulumi` is typed in.
 */
function starter(node: string) {
  return `#!/bin/sh
node=${shellQuoted(node)}
[ -x "$node" ] || node=node
exec "$node" "$(dirname "$0")/main.cjs" "$@"
`;
}

async function bundle(source: string, target: string) {
  await build({
    entryPoints: [source],
    outfile: target,
    bundle: true,
    minify: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    // pg asks for its native driver only when told to; it is no dependency here.
    external: ["pg-native", "bufferutil", "utf-8-validate"],
    logLevel: "warning",
    legalComments: "none",
  });
}

/**
 * Bundles the doubles, each to one CommonJS file, and lays out the ones that are executables as the engine expects
 * them: `bin/pulumi-language-nodejs` and `plugins/resource-NAME/pulumi-resource-NAME`, with `main.cjs` beside the
 * starter. Returns the main file of each double.
 */
export async function bundleDoubles({
  root,
  outDir,
  names,
  node = process.execPath,
}: {
  root: string;
  outDir: string;
  names?: string[];
  node?: string;
}): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const name of names ?? Object.keys(doubles)) {
    const double = doubles[name];
    if (double === undefined) {
      throw new Error(`no double "${name}"; there are ${Object.keys(doubles).join(", ")}`);
    }
    const target = join(
      outDir,
      double.executable ? join(dirname(double.executable), "main.cjs") : `${name}.cjs`,
    );
    await bundle(join(root, double.source), target);
    if (double.executable) {
      const executable = join(outDir, double.executable);
      await mkdir(dirname(executable), { recursive: true });
      await writeFile(executable, starter(node));
      await chmod(executable, 0o755);
    }
    files[name] = target;
  }
  return files;
}
