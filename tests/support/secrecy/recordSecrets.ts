import * as pulumi from "@pulumi/pulumi";
import { ResourceType } from "../../../infra/docker/resourceTypes";
import type { Canary } from "../../e2e/support/canaries";
import { type Registration, recordRun, resolvedValue } from "../recordGraph";

/** How values with a meaning of their own look on the wire (sdk/proto: special signature keys). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What of a value anyone may read, and what is marked secret. */
interface Readable {
  open: string;
  marked: string;
}

function isMarked(value: Record<string, unknown>): boolean {
  const kind = value[SIGNATURE];
  return kind === SECRET || (kind === OUTPUT && value.secret === true);
}

/** Every text of a registered value, names of fields too. */
export function readable(value: unknown): Readable {
  const open: string[] = [];
  const marked: string[] = [];
  const visit = (it: unknown, into: string[]): void => {
    if (typeof it !== "object" || it === null) {
      into.push(String(it));
      return;
    }
    const inner = !Array.isArray(it) && isMarked(it as Record<string, unknown>) ? marked : into;
    for (const [name, child] of Object.entries(it)) {
      inner.push(name);
      visit(child, inner);
    }
  };
  visit(value, open);
  return { open: open.join("\n"), marked: marked.join("\n") };
}

/** A place that the engine or a user of the component sees. */
export interface Place extends Readable {
  where: string;
}

/** What a program hands to the engine and to its users, and the secrets that were made on the way. */
export interface Recorded {
  places: Place[];
  generated: Canary[];
}

/** Outputs that are secrets by nature, whoever marks them. */
const GENERATED: Readonly<Record<string, string>> = {
  [ResourceType.RandomPassword]: "result",
  [ResourceType.KeyPair]: "privateKey",
};

function placesOf({ name, inputs, state, options }: Registration): Place[] {
  const own = Object.entries(state).filter(([field]) => inputs[field] === undefined);
  // The engine marks what the registration lists; mocks leave that out.
  const isListed = ([field]: [string, unknown]) => options.additionalSecretOutputs.includes(field);
  const text = readable(Object.fromEntries(own.filter((it) => !isListed(it))));
  const listed = readable(Object.fromEntries(own.filter(isListed))).open;
  return [
    { where: `the inputs of ${name}`, ...readable(inputs) },
    { where: "a name", open: name, marked: "" },
    { where: `the outputs of ${name}`, open: text.open, marked: text.marked + listed },
  ];
}

/** The text of a generated secret, and of a PEM the line that nothing else has. */
function generatedBy({ type, name, state }: Registration): Canary[] {
  const field = GENERATED[type];
  if (field === undefined || state[field] === undefined) return [];
  const { open, marked } = readable({ value: state[field] });
  const value = `${open}\n${marked}`.replace(/^.*value\n/s, "").trim();
  return canariesOf(`the ${field} of ${name}`, value);
}

/** A secret as a whole, and a line out of its middle where it has several. */
export function canariesOf(what: string, value: string): Canary[] {
  const [, second] = value.split("\n");
  return [{ what, value }, ...(second ? [{ what: `a line of ${what}`, value: second }] : [])];
}

async function outputPlace(where: string, value: unknown): Promise<Place> {
  if (!pulumi.Output.isInstance(value)) return { where, ...readable(value) };
  const text = readable(await resolvedValue(value)).open;
  const secret = await pulumi.isSecret(value);
  return { where, open: secret ? "" : text, marked: secret ? text : "" };
}

/** Runs a program against mocks; `build` returns the values that its user gets, by name. */
export async function recordSecrets(build: () => Record<string, unknown>): Promise<Recorded> {
  let values: Record<string, unknown> = {};
  const { registrations, outputs } = await recordRun(() => {
    values = build();
  });
  const registered = outputs.map(({ urn, values: them }) => ({
    where: `the registered outputs of ${urn.split("::").at(-1)}`,
    ...readable(them),
  }));
  const given = Object.entries(values).map(([name, value]) => outputPlace(name, value));
  return {
    places: [...registrations.flatMap(placesOf), ...registered, ...(await Promise.all(given))],
    generated: registrations.flatMap(generatedBy),
  };
}

/** The outputs of a component, by name. */
export function outputsOf(component: object): Record<string, unknown> {
  const outputs = Object.entries(component).filter(([, it]) => pulumi.Output.isInstance(it));
  return Object.fromEntries(outputs.map(([name, it]) => [`the output ${name}`, it]));
}
