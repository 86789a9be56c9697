import { randomBytes } from "node:crypto";
import { detailedDiff } from "../plugin/detailedDiff";
import type { EngineLog } from "../plugin/engineLog";
import { type PropertyMap, plainMap, unknownValue } from "../plugin/propertyValue";
import type { ProviderImplementation, ResourceAddress } from "../plugin/providerImplementation";
import { commandFailures, commandInputs } from "./commandInputs";
import { type CommandOutputs, CommandRunner } from "./runCommand";

const token = "command:local:Command";

/** Version of the published plugin this double stands in for. */
export const commandVersion = "1.2.1";

function refuseOther(at: ResourceAddress): void {
  if (at.type !== token) {
    throw new Error(`${at.type} is not imitated by the command double; it knows ${token} only`);
  }
}

/** Both streams are plain, whatever is secret among the inputs. */
function withOutputs(inputs: PropertyMap, outputs: Partial<CommandOutputs>): PropertyMap {
  return { ...inputs, stdout: outputs.stdout ?? "", stderr: outputs.stderr ?? "" };
}

function unknownOutputs(inputs: PropertyMap): PropertyMap {
  return { ...inputs, stdout: unknownValue, stderr: unknownValue };
}

function outputsOf(state: PropertyMap): Partial<CommandOutputs> {
  const { stdout, stderr } = plainMap(state);
  return {
    stdout: typeof stdout === "string" ? stdout : "",
    stderr: typeof stderr === "string" ? stderr : "",
  };
}

function inputsOf(state: PropertyMap): PropertyMap {
  const { stdout: _stdout, stderr: _stderr, ...inputs } = state;
  return inputs;
}

function runner(report: EngineLog) {
  const commands = new CommandRunner();
  const run = async (
    at: ResourceAddress,
    command: string | undefined,
    inputs: PropertyMap,
    previous: Partial<CommandOutputs>,
  ): Promise<Partial<CommandOutputs>> => {
    if (command === undefined) return previous;
    const lines: Promise<void>[] = [];
    try {
      const log = (line: string) => lines.push(report(at.urn, line));
      return await commands.run({ command, inputs: commandInputs(inputs), previous, log });
    } finally {
      await Promise.all(lines);
    }
  };
  return { run, cancel: () => commands.cancel() };
}

type Planning = Omit<ProviderImplementation, "name" | "version" | "cancel" | keyof Operations>;
type Operations = Pick<ProviderImplementation, "create" | "read" | "update" | "delete">;

const planning: Planning = {
  checkConfig: (news) => ({ inputs: news, failures: [] }),
  diffConfig: (olds, news) => ({
    changes: detailedDiff(olds, news),
    deleteBeforeReplace: false,
  }),
  configure: () => undefined,
  check(at, _olds, news) {
    refuseOther(at);
    return { inputs: news, failures: commandFailures(news) };
  },
  diff(at, olds, oldInputs, news) {
    refuseOther(at);
    const before = Object.keys(oldInputs).length > 0 ? oldInputs : inputsOf(olds);
    return { changes: detailedDiff(before, news), deleteBeforeReplace: false };
  },
};

function operations(run: ReturnType<typeof runner>["run"]): Operations {
  return {
    async create(at, inputs, preview) {
      refuseOther(at);
      const id = `${at.name}${randomBytes(4).toString("hex")}`;
      if (preview) return { id, outputs: unknownOutputs(inputs) };
      const outputs = await run(at, commandInputs(inputs).create, inputs, {});
      return { id, outputs: withOutputs(inputs, outputs) };
    },
    async read(at, id, outputs, inputs) {
      refuseOther(at);
      return { id, outputs, inputs };
    },
    async update(at, _id, olds, news, preview) {
      refuseOther(at);
      if (preview) return unknownOutputs(news);
      const { create, update } = commandInputs(news);
      return withOutputs(news, await run(at, update ?? create, news, outputsOf(olds)));
    },
    async delete(at, _id, state) {
      refuseOther(at);
      const inputs = inputsOf(state);
      await run(at, commandInputs(inputs).delete, inputs, outputsOf(state));
    },
  };
}

/** The command plugin for `command:local:Command`; `log` receives the lines a command prints. */
export function commandProvider(log: EngineLog): ProviderImplementation {
  const { run, cancel } = runner(log);
  return { name: "command", version: commandVersion, ...planning, ...operations(run), cancel };
}
