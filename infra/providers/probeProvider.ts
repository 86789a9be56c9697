import type { dynamic } from "@pulumi/pulumi";
import { countsText, Outcome } from "../doctor/checkResult";
import { examine } from "../doctor/examine";
import type { DoctorSubject } from "../doctor/subject";
import { remoteError } from "../http/remoteError";

/** What the probe looks at, and ids whose change makes it look again. */
export interface ProbeInputs extends DoctorSubject {
  triggers: string[];
}

/** The inputs and what came of the last look, without a time, which would be a change at each update. */
export interface ProbeOutputs extends ProbeInputs {
  /** Counts in words. Example: `9 ok, 1 warning, 2 skipped`. */
  summary: string;
}

const INPUTS: readonly (keyof ProbeInputs)[] = [
  "endpoint",
  "adminSecret",
  "jwtSecret",
  "jwksUrl",
  "issuer",
  "tokenShape",
  "container",
  "dockerEnvironment",
  "unauthorizedRole",
  "triggers",
];

/** Examines the stack when it is made or changed; a failed check fails the update. It runs where Pulumi runs. */
export const probeProvider: dynamic.ResourceProvider<ProbeInputs, ProbeOutputs> = {
  async create(inputs) {
    return { id: "probe", outs: await probe(inputs) };
  },

  async update(_id, _olds, news) {
    return { outs: await probe(news) };
  },

  async diff(_id, olds, news) {
    return { changes: JSON.stringify(inputsOf(olds)) !== JSON.stringify(inputsOf(news)) };
  },

  async read(id, props) {
    return { id, props };
  },

  async delete() {
    // There is nothing but the entry in the state.
  },
};

/** The inputs alone, absent ones left out, in one order. */
function inputsOf(values: ProbeInputs): ProbeInputs {
  const present = INPUTS.filter((name) => values[name] !== undefined && values[name] !== null);
  return Object.fromEntries(present.map((name) => [name, values[name]])) as unknown as ProbeInputs;
}

async function probe(given: ProbeInputs): Promise<ProbeOutputs> {
  const inputs = inputsOf(given);
  const checks = await examine(inputs);
  const failures = checks.filter(({ outcome }) => outcome === Outcome.Failed);
  const summary = countsText(checks);
  if (failures.length === 0) return { ...given, summary };
  const lines = failures.map(({ title, finding, remedy }) => `${title}: ${finding} (${remedy})`);
  throw remoteError(`the engine runs, but ${summary}: ${lines.join("; ")}`, [
    inputs.adminSecret,
    inputs.jwtSecret,
  ]);
}
