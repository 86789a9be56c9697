import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Parsed } from "../commandLine";
import { readIfPresent, writeWhole } from "../setup/files";
import type { Parts } from "../setup/parts";
import { type Paths, pathsOf } from "../setup/paths";
import { setUp } from "../setup/setUp";
import { UserError } from "../setup/userError.mjs";
import { demandSuccess } from "./demandSuccess";
import { demandHealth } from "./doctor";
import { firstQuery } from "./firstQuery";
import { askPulumi, firstError, showPulumi, stackOutputs } from "./pulumi";
import { remedyFor } from "./remedyFor";
import { migrationsOf, stackSchema } from "./stackSchema";
import { changedNothing, headerWithToken, parsedObject, signerOf, summaryText } from "./summary";
import { wakeContainers } from "./wakeContainers";

/** Removes the encryption salt from a stack's settings; undefined if there is none or something is encrypted with it. */
export function withoutSalt(yaml: string): string | undefined {
  if (!/^encryptionsalt:/m.test(yaml) || /^\s+(- )?secure:/m.test(yaml)) return undefined;
  return yaml.replace(/^encryptionsalt:.*\n?/m, "");
}

/** Selects the stack, and creates it if needed. */
export async function selectStack(paths: Paths, stack: string) {
  const select = () => askPulumi(paths, ["stack", "select", stack, "--create"]);
  try {
    await select();
  } catch (error) {
    const reason =
      error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    const settings = join(paths.root, `Pulumi.${stack}.yaml`);
    // .local was deleted with the passphrase, but the settings stayed.
    const freed = withoutSalt((await readIfPresent(settings)) ?? "");
    if (!/incorrect passphrase/i.test(reason) || freed === undefined) {
      throw new UserError(
        `stack ${stack} cannot be used: ${firstError(reason)}; ${remedyFor(reason, stack)}`,
      );
    }
    await writeWhole(settings, freed);
    await select();
  }
}

/**
 * Updates a stack and prints how to reach it. Starts stopped containers first: Pulumi only reads its own state and
 * would not notice. Throws a UserError if the update or a check failed.
 */
export async function updateAndTell(
  paths: Paths,
  parts: Parts,
  stack: string,
  { doctor = true }: { doctor?: boolean } = {},
) {
  const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
  const { troubles, acted } = await wakeContainers(paths, stack);
  const outcome = await showPulumi(paths, args);
  await demandSuccess(paths, outcome, stack, troubles);
  // The update may have replaced a container that did not start.
  const [trouble] = troubles.length > 0 ? (await wakeContainers(paths, stack)).troubles : [];
  if (trouble !== undefined) throw new UserError(trouble);
  const outputs = await stackOutputs(paths, stack);
  const schema = stackSchema(paths.root, stack);
  const shape = parsedObject(outputs.tokenShape);
  const text = summaryText({
    stack,
    endpoint: String(outputs.endpoint ?? ""),
    websocketEndpoint: String(outputs.websocketEndpoint ?? ""),
    issuer: String(outputs.issuer ?? ""),
    signer: signerOf(outputs),
    templateName: String(outputs.templateName ?? ""),
    tokenHeader: headerWithToken(shape?.header),
    query: firstQuery(schema?.value?.metadata, String(shape?.defaultRole)),
    parts: parts.parts,
    unchanged: !acted && changedNothing(outcome.text),
  });
  process.stdout.write(`\n${text}`);
  if (doctor) await demandHealth(stack, outputs, migrationsOf(schema));
}

export async function up({ values, switches }: Parsed) {
  const stack = values.stack ?? "dev";
  const paths = pathsOf();
  const parts = await setUp(paths);
  await rm(paths.upLog, { force: true });
  await selectStack(paths, stack);
  await updateAndTell(paths, parts, stack, { doctor: !switches.has("no-doctor") });
}
