import { detailedDiff } from "../plugin/detailedDiff";
import {
  containsSecret,
  type PropertyMap,
  plainMap,
  secret,
  secretTexts,
  unknownValue,
  withoutSecrets,
} from "../plugin/propertyValue";
import type { ProviderImplementation, ResourceAddress } from "../plugin/providerImplementation";
import { PostgresServer } from "./connection";
import { database } from "./database";
import { defaultPrivileges } from "./defaultPrivileges";
import { extension } from "./extension";
import { grant } from "./grant";
import { configFailures, providerConfig } from "./providerConfig";
import { checkFields, diffFields, sameValue } from "./resourceFields";
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
  return hidden(kind, { ...planned, ...withoutDefaultsList(news) }, news);
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

async function withoutSecretsInErrors<T>(maps: PropertyMap[], work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new Error(withoutSecrets(text, maps.flatMap(secretTexts)));
  }
}

async function readState(
  server: PostgresServer,
  kind: ResourceKind,
  id: string,
  known: PropertyMap,
): Promise<PropertyMap | undefined> {
  return kind.read(server, id, plainMap(withoutDefaultsList(known)));
}

/** Of an older state only what the server fills in may stay; a removed input must not come back. */
function keptState(kind: ResourceKind, state: PropertyMap): PropertyMap {
  return Object.fromEntries(Object.entries(state).filter(([name]) => kind.fields[name]?.computed));
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
      return withoutSecretsInErrors([inputs], async () => {
        const id = await kind.create(server(), plainMap(withoutDefaultsList(inputs)));
        const state = await readState(server(), kind, id, inputs);
        if (!state) throw new Error(`${at.type} ${at.name} is missing right after its creation`);
        return { id, outputs: hidden(kind, state, inputs) };
      });
    },
    async read(at, id, outputs, inputs) {
      const kind = kindOf(at);
      return withoutSecretsInErrors([outputs, inputs], async () => {
        const state = await readState(server(), kind, id, outputs);
        if (!state) return undefined;
        const read = readInputs(kind, state, inputs);
        return { id, outputs: hidden(kind, state, { ...outputs, ...inputs }), inputs: read };
      });
    },
    async update(at, id, olds, news, preview) {
      const kind = kindOf(at);
      if (preview) return plannedOutputs(kind, olds, news);
      return withoutSecretsInErrors([olds, news], async () => {
        const before = plainMap(olds);
        const wanted = plainMap(withoutDefaultsList(news));
        await kind.update(server(), before, wanted);
        const known = { ...keptState(kind, before), ...wanted };
        const state = await readState(server(), kind, id, known);
        if (!state) throw new Error(`${at.type} ${at.name} is missing right after its update`);
        return hidden(kind, state, news);
      });
    },
    async delete(at, _id, outputs) {
      const kind = kindOf(at);
      await withoutSecretsInErrors([outputs], () => kind.delete(server(), plainMap(outputs)));
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
