import { detailedDiff } from "../plugin/detailedDiff";
import {
  containsSecret,
  type PropertyMap,
  plainMap,
  secret,
  unknownValue,
} from "../plugin/propertyValue";
import {
  InitializationFailed,
  type ProviderImplementation,
  type ResourceAddress,
} from "../plugin/providerImplementation";
import { PostgresServer } from "./connection";
import { database } from "./database";
import { defaultPrivileges } from "./defaultPrivileges";
import { extension } from "./extension";
import { grant } from "./grant";
import { configFailures, providerConfig } from "./providerConfig";
import { checkFields, diffFields, sameValue, stateDefaults, textOf } from "./resourceFields";
import type { ResourceKind } from "./resourceKind";
import { role } from "./role";
import { schema } from "./schema";

/** Version of the published plugin this double stands in for. */
export const postgresqlVersion = "3.18.1";

const kinds: readonly ResourceKind[] = [
  role,
  database,
  grant,
  extension,
  schema,
  defaultPrivileges,
];

function kindOf(at: ResourceAddress): ResourceKind {
  const kind = kinds.find(({ token }) => token === at.type);
  if (!kind) {
    const known = kinds.map(({ token }) => token).join(", ");
    throw new Error(`${at.type} is not imitated by the postgresql double; it knows ${known}`);
  }
  return kind;
}

function withoutDefaultsList(inputs: PropertyMap): PropertyMap {
  const { __defaults: _list, ...rest } = inputs;
  return rest;
}

/** Outputs are secret where the input is or where the published schema says so. */
function hidden(kind: ResourceKind, outputs: PropertyMap, like: PropertyMap): PropertyMap {
  const entries = Object.entries(outputs).map(([name, value]) => {
    const hide = kind.fields[name]?.secret || containsSecret(like[name] ?? null);
    return [name, hide ? secret(value) : value] as const;
  });
  return Object.fromEntries(entries);
}

function plannedOutputs(kind: ResourceKind, olds: PropertyMap, news: PropertyMap): PropertyMap {
  const planned: PropertyMap = {};
  for (const [name, field] of Object.entries(kind.fields)) {
    if (field.computed) planned[name] = olds[name] ?? unknownValue;
  }
  const defaults = stateDefaults(kind.fields);
  return hidden(kind, { ...planned, ...defaults, ...withoutDefaultsList(news) }, news);
}

function readInputs(kind: ResourceKind, outputs: PropertyMap, inputs: PropertyMap): PropertyMap {
  const importing = Object.keys(inputs).length === 0;
  const names = importing ? Object.keys(kind.fields) : Object.keys(withoutDefaultsList(inputs));
  const read: PropertyMap = importing ? {} : { ...inputs };
  for (const name of names) {
    const field = kind.fields[name];
    const value = outputs[name];
    if (field === undefined || value === undefined) continue;
    const before = inputs[name];
    const same = before !== undefined && sameValue(field, plainMap({ v: before }).v ?? null, value);
    if (!same) read[name] = value;
  }
  return hidden(kind, read, inputs);
}

/** Words an error as the bridge does, which collects what Terraform's SDK says of one resource. */
function bridged(error: unknown, doing: string): string {
  const text = error instanceof Error ? error.message : String(error);
  return `${doing}1 error occurred:\n\t* ${text}\n\n`;
}

async function bridging<T>(doing: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw new Error(bridged(error, doing));
  }
}

/** Terraform's id, which follows a renaming, while the engine's stays what it was at the creation. */
function ownId(id: string, outputs: PropertyMap): string {
  return textOf(plainMap(outputs), "id") || id;
}

/** What the server says, and what was known or planned where it says nothing. */
async function stateOf(
  server: PostgresServer,
  kind: ResourceKind,
  id: string,
  known: PropertyMap,
): Promise<PropertyMap | undefined> {
  const state = await kind.read(server, id, { ...stateDefaults(kind.fields), ...known });
  return state && { ...state, id };
}

/** Of an older state only what the server fills in may stay; a removed input must not come back. */
function keptState(kind: ResourceKind, state: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(state).filter(([name]) => kind.fields[name]?.computed));
}

async function createResource(
  server: PostgresServer,
  kind: ResourceKind,
  at: ResourceAddress,
  inputs: PropertyMap,
) {
  const wanted = plainMap(withoutDefaultsList(inputs));
  const id = await bridging("", kind.create(server, wanted));
  try {
    const state = await stateOf(server, kind, id, wanted);
    if (state) return { id, outputs: hidden(kind, state, inputs) };
  } catch (error) {
    const outputs = hidden(kind, { ...wanted, id }, inputs);
    throw new InitializationFailed(bridged(error, `creating ${at.urn}: `), { id, outputs });
  }
  throw new Error(`expected non-empty ID for new state during Create of ${at.urn}`);
}

interface Change {
  id: string;
  olds: PropertyMap;
  news: PropertyMap;
}

async function updateResource(
  server: PostgresServer,
  kind: ResourceKind,
  at: ResourceAddress,
  { id, olds, news }: Change,
): Promise<PropertyMap> {
  const before = plainMap(olds);
  const wanted = plainMap(withoutDefaultsList(news));
  const planned = { ...keptState(kind, before), ...stateDefaults(kind.fields), ...wanted };
  let current = ownId(id, olds);
  try {
    await kind.update(server, before, wanted, (renamed) => {
      current = renamed;
    });
    const state = await stateOf(server, kind, current, planned);
    if (state) return hidden(kind, state, news);
  } catch (error) {
    // Terraform's SDK keeps what was planned, whatever became of it, and the bridge hands that on.
    const outputs = hidden(kind, { ...planned, id: current }, news);
    const reason = bridged(error, `updating ${at.urn}: `);
    throw new InitializationFailed(reason, { id: current, outputs });
  }
  throw new Error(
    `Resource provider reported that the resource did not exist while updating ${at.urn}`,
  );
}

const planning: Pick<ProviderImplementation, "checkConfig" | "diffConfig" | "check" | "diff"> = {
  checkConfig: (news) => ({ inputs: news, failures: configFailures(news) }),
  diffConfig: (olds, news) => ({ changes: detailedDiff(olds, news), deleteBeforeReplace: false }),
  check: (at, olds, news) => checkFields(kindOf(at).fields, at.name, olds, news),
  diff(at, olds, _oldInputs, news) {
    const kind = kindOf(at);
    const changes = diffFields(kind.fields, olds, withoutDefaultsList(news));
    // Two objects cannot have one name at once, so a kept name makes the old one go first.
    const keepsName = kind.fields.name !== undefined && !changes.has("name");
    const replaces = [...changes.values()].some((change) => change.endsWith("Replace"));
    return { changes, deleteBeforeReplace: replaces && (kind.deletesFirst || keepsName) };
  },
};

type Operations = Pick<ProviderImplementation, "create" | "read" | "update" | "delete">;

function operations(server: () => PostgresServer): Operations {
  return {
    async create(at, inputs, preview) {
      const kind = kindOf(at);
      if (preview) return { id: "", outputs: plannedOutputs(kind, {}, inputs) };
      return createResource(server(), kind, at, inputs);
    },
    async read(at, id, outputs, inputs) {
      const kind = kindOf(at);
      const own = ownId(id, outputs);
      const known = plainMap(withoutDefaultsList(outputs));
      const state = await bridging(`refreshing ${at.urn}: `, stateOf(server(), kind, own, known));
      if (!state) return undefined;
      const read = readInputs(kind, state, inputs);
      return { id: own, outputs: hidden(kind, state, { ...outputs, ...inputs }), inputs: read };
    },
    async update(at, id, olds, news, preview) {
      const kind = kindOf(at);
      if (preview) return plannedOutputs(kind, olds, news);
      return updateResource(server(), kind, at, { id, olds, news });
    },
    async delete(at, _id, outputs) {
      const kind = kindOf(at);
      await bridging(`deleting ${at.urn}: `, kind.delete(server(), plainMap(outputs)));
    },
  };
}

/** The postgresql plugin for six resource types; it connects per operation, never while planning. */
export function postgresqlProvider(
  env: Readonly<Record<string, string | undefined>>,
): ProviderImplementation {
  let configured: PostgresServer | undefined;
  const server = (): PostgresServer => {
    if (!configured) throw new Error("the postgresql double was not configured");
    return configured;
  };
  return {
    name: "postgresql",
    version: postgresqlVersion,
    configure(config) {
      configured = new PostgresServer(providerConfig(config, env));
    },
    ...planning,
    ...operations(server),
    cancel: () => undefined,
  };
}
