import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfPresent, writeWhole } from "../setup/files.mjs";
import { pathsOf } from "../setup/paths.mjs";
import { setUp } from "../setup/setUp.mjs";
import { UserError } from "../setup/userError.mjs";
import { demandSuccess } from "./demandSuccess.mjs";
import { demandHealth } from "./doctor.mjs";
import { askPulumi, firstError, showPulumi, stackOutputs } from "./pulumi.mjs";
import { remedyFor } from "./remedyFor.mjs";
import {
  changedNothing,
  headerWithToken,
  parsedObject,
  signerOf,
  summaryText,
} from "./summary.mjs";
import { wakeContainers } from "./wakeContainers.mjs";

/** @typedef {import("../setup/paths.mjs").Paths} Paths */

/**
 * Takes the encryption salt out of a stack's settings where nothing is encrypted with it.
 * @param {string} yaml Content of Pulumi.<stack>.yaml.
 * @returns {string | undefined} `undefined` where there is no salt or something needs it.
 */
export function withoutSalt(yaml) {
  if (!/^encryptionsalt:/m.test(yaml) || /^\s+(- )?secure:/m.test(yaml)) return undefined;
  return yaml.replace(/^encryptionsalt:.*\n?/m, "");
}

/**
 * Makes the stack where it is not there yet.
 * @param {Paths} paths
 * @param {string} stack
 */
export async function selectStack(paths, stack) {
  const select = () => askPulumi(paths, ["stack", "select", stack, "--create"]);
  try {
    await select();
  } catch (error) {
    const reason =
      error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    const settings = join(paths.root, `Pulumi.${stack}.yaml`);
    // .local was deleted, and the passphrase with it, while the settings stayed.
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
 * Updates a stack that is set up and tells where it can be reached. Its containers are brought back first: to Pulumi,
 * which looks at its own state alone, a server that stopped is unchanged.
 * @param {Paths} paths
 * @param {import("../setup/launcher.mjs").Parts} parts
 * @param {string} stack
 * @param {{ doctor?: boolean }} [options] `doctor`: look at the running stack afterwards. Default: true.
 * @throws {UserError} where the update or a check failed.
 */
export async function updateAndTell(paths, parts, stack, { doctor = true } = {}) {
  const args = ["up", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack];
  const { troubles, acted } = await wakeContainers(paths, stack);
  const outcome = await showPulumi(paths, args);
  await demandSuccess(paths, outcome, stack, troubles);
  // The update may have mended it: a container that could not be started has perhaps been replaced.
  const [trouble] = troubles.length > 0 ? (await wakeContainers(paths, stack)).troubles : [];
  if (trouble !== undefined) throw new UserError(trouble);
  const outputs = await stackOutputs(paths, stack);
  const text = summaryText({
    stack,
    endpoint: String(outputs.endpoint ?? ""),
    websocketEndpoint: String(outputs.websocketEndpoint ?? ""),
    issuer: String(outputs.issuer ?? ""),
    signer: signerOf(outputs),
    templateName: String(outputs.templateName ?? ""),
    tokenHeader: headerWithToken(parsedObject(outputs.tokenShape)?.header),
    parts: parts.parts,
    unchanged: !acted && changedNothing(outcome.text),
  });
  process.stdout.write(`\n${text}`);
  if (doctor) await demandHealth(stack, outputs);
}

/** @param {import("./arguments.mjs").Parsed} parsed */
export async function up({ values, switches }) {
  const stack = values.stack ?? "dev";
  const paths = pathsOf();
  const parts = await setUp(paths);
  await rm(paths.upLog, { force: true });
  await selectStack(paths, stack);
  await updateAndTell(paths, parts, stack, { doctor: !switches.has("no-doctor") });
}
