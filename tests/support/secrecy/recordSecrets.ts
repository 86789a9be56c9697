import * as pulumi from "@pulumi/pulumi";
import type { Canary } from "../../e2e/support/canaries";
import { recordGraph, resolvedValue } from "../recordGraph";
import { type Readable, readable } from "./readable";

/** A place that the engine or a user of the component sees. */
export interface Place extends Readable {
  where: string;
}

/** What a program hands to the engine and to its users, and the secrets that were made on the way. */
export interface Recorded {
  places: Place[];
  generated: Canary[];
}

interface Struct {
  toJavaScript(): Record<string, unknown>;
}
interface RegisterRequest {
  getType(): string;
  getName(): string;
  getObject(): Struct | undefined;
  getAdditionalsecretoutputsList(): string[];
}
interface OutputsRequest {
  getUrn(): string;
  getOutputs(): Struct | undefined;
}
type Done = (error: unknown, response?: { getObject(): Struct | undefined }) => void;
interface Monitor {
  registerResource(request: RegisterRequest, done: Done): unknown;
  registerResourceOutputs(request: OutputsRequest, done: unknown): unknown;
}

/** Answers of providers that are secrets by nature, whoever marks them. */
const GENERATED: Record<string, string> = {
  "random:index/randomPassword:RandomPassword": "result",
  "pulumi-nodejs:dynamic/clerkHasura:KeyPair": "privateKey",
};

function answersOf(request: RegisterRequest, answered: Record<string, unknown>): Place {
  const inputs = request.getObject()?.toJavaScript() ?? {};
  const listed = request.getAdditionalsecretoutputsList();
  const own = Object.entries(answered).filter(([name]) => inputs[name] === undefined);
  // The engine marks what the registration lists; mocks leave that out.
  const open = own.filter(([name]) => !listed.includes(name));
  const marked = own.filter(([name]) => listed.includes(name));
  const text = readable(Object.fromEntries(open));
  return {
    where: `what ${request.getName()} answers`,
    open: text.open,
    marked: text.marked + readable(Object.fromEntries(marked)).open,
  };
}

/** The text of a generated secret, and of a PEM the line that nothing else has. */
function generatedBy(request: RegisterRequest, answered: Record<string, unknown>): Canary[] {
  const field = GENERATED[request.getType()];
  if (field === undefined || answered[field] === undefined) return [];
  const { open, marked } = readable({ value: answered[field] });
  const value = `${open}\n${marked}`.replace(/^.*value\n/s, "").trim();
  return canariesOf(`the ${field} of ${request.getName()}`, value);
}

/** A secret as a whole, and a line out of its middle where it has several. */
export function canariesOf(what: string, value: string): Canary[] {
  const [, second] = value.split("\n");
  return [{ what, value }, ...(second ? [{ what: `a line of ${what}`, value: second }] : [])];
}

function listen({ places, generated }: Recorded): void {
  const monitor = pulumi.runtime.getMonitor() as unknown as Monitor;
  const register = monitor.registerResource.bind(monitor);
  const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
  monitor.registerResource = (request, done) => {
    const inputs = request.getObject()?.toJavaScript() ?? {};
    places.push({ where: `the inputs of ${request.getName()}`, ...readable(inputs) });
    places.push({ where: "a name", open: request.getName(), marked: "" });
    return register(request, (error, response) => {
      const answered = response?.getObject()?.toJavaScript() ?? {};
      places.push(answersOf(request, answered));
      generated.push(...generatedBy(request, answered));
      done(error, response);
    });
  };
  monitor.registerResourceOutputs = (request, done) => {
    const name = request.getUrn().split("::").at(-1);
    const outputs = request.getOutputs()?.toJavaScript() ?? {};
    places.push({ where: `the registered outputs of ${name}`, ...readable(outputs) });
    return registerOutputs(request, done);
  };
}

async function outputPlace(where: string, value: unknown): Promise<Place> {
  if (!pulumi.Output.isInstance(value)) return { where, ...readable(value) };
  const text = readable(await resolvedValue(value)).open;
  const secret = await pulumi.isSecret(value);
  return { where, open: secret ? "" : text, marked: secret ? text : "" };
}

/** Runs a program against mocks; `build` answers the values that its user gets, by name. */
export async function recordSecrets(build: () => Record<string, unknown>): Promise<Recorded> {
  const recorded: Recorded = { places: [], generated: [] };
  let outputs: Record<string, unknown> = {};
  await recordGraph(() => {
    listen(recorded);
    outputs = build();
  });
  for (const [name, value] of Object.entries(outputs)) {
    recorded.places.push(await outputPlace(name, value));
  }
  return recorded;
}

/** The outputs of a component, by name. */
export function outputsOf(component: object): Record<string, unknown> {
  const outputs = Object.entries(component).filter(([, it]) => pulumi.Output.isInstance(it));
  return Object.fromEntries(outputs.map(([name, it]) => [`the output ${name}`, it]));
}
