import type { dynamic } from "@pulumi/pulumi";
import { RemoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import { cloudError, DEFAULT_CLOUD_API_URL } from "./callCloud";
import { CloudApi, type CloudEnvironment } from "./cloudApi";
import {
  type CloudEnvironmentInputs,
  type CloudEnvironmentOuts,
  driftMark,
  isOurValue,
  knownState,
  stateOfUnknownOutcome,
  withState,
} from "./cloudEnvironmentState";

/** An engine without an admin secret takes everybody for an admin, whatever its JWT secret says. */
const NEVER_REMOVED = ["HASURA_GRAPHQL_ADMIN_SECRET", "HASURA_GRAPHQL_ADMIN_SECRETS"];
/** Text that stands for a value that a preview does not know yet (`pulumi.unknownValue`). */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Sets environment variables of an existing Hasura Cloud project and takes back what it set. */
export const cloudEnvironmentProvider: dynamic.ResourceProvider<
  CloudEnvironmentInputs,
  CloudEnvironmentOuts
> = {
  async diff(_id, olds, news) {
    const replaces = replacedBy(olds, news);
    const changes =
      replaces.length > 0 ||
      olds.token !== news.token ||
      !sameEnv(olds.env, news.env) ||
      Object.keys(olds.drift ?? {}).length > 0 ||
      Object.keys(olds.attempted ?? {}).length > 0 ||
      [news.projectId, news.apiUrl].includes(UNKNOWN);
    return { changes, replaces, deleteBeforeReplace: true };
  },

  async create(inputs) {
    const api = apiOf(inputs);
    const tenantId = await knownTenant(api, inputs);
    const seen = await api.readEnv(tenantId);
    refuseForeignValues(inputs, seen);
    const outs = knownState(inputs, { tenantId, seen });
    try {
      const { hash } = await api.updateEnv(tenantId, seen, new Map(Object.entries(inputs.env)));
      return { id: inputs.projectId, outs: { ...outs, hash } };
    } catch (error) {
      throw withState(error, inputs, stateOfUnknownOutcome(outs, seen));
    }
  },

  async update(_id, olds, news) {
    const api = apiOf(news);
    const tenantId = await knownTenant(api, news);
    const seen = await api.readEnv(tenantId);
    refuseForeignValues(news, seen, olds);
    const dropped = olds.written.filter((name) => !Object.hasOwn(news.env, name));
    const wanted = new Map<string, string | undefined>(Object.entries(news.env));
    for (const name of removableVariables(olds, dropped, seen)) wanted.set(name, undefined);
    const outs = knownState(news, { tenantId, seen, olds });
    try {
      const { hash } = await api.updateEnv(tenantId, seen, wanted);
      return { outs: { ...outs, hash } };
    } catch (error) {
      throw withState(error, news, stateOfUnknownOutcome(outs, seen, olds));
    }
  },

  async read(id, props) {
    if (props === undefined || !isObject(props.env)) {
      throw new RemoteError(
        `Hasura Cloud: project ${id} cannot be imported as a resource; let the next update create it, with overwrite where its variables hold other values`,
      );
    }
    const api = apiOf(props);
    // The project was deleted, or this token may not see it. A refresh that guessed "deleted" would drop the resource from the
    // state while its variables stay set, so an unknown project fails here.
    const tenantId = await knownTenant(api, props);
    const live = (await api.readEnv(tenantId)).variables;
    const drift: Record<string, string> = {};
    for (const name of Object.keys(props.env).sort()) {
      const found = live.get(name);
      if (found !== undefined && isOurValue(props, name, found)) continue;
      drift[name] = driftMark(props, name, found);
    }
    return { id, props: { ...props, drift } };
  },

  async delete(_id, props) {
    const api = apiOf(props);
    const tenantId = await api.tenantOf();
    if (tenantId === undefined) {
      cloudNotice(
        `project ${props.projectId} is not there for this token, so no variable was removed`,
      );
      return;
    }
    const seen = await api.readEnv(tenantId);
    const names = removableVariables(props, props.written, seen);
    await api.updateEnv(tenantId, seen, new Map(names.map((name) => [name, undefined])));
  },
};

function apiOf({ apiUrl, token, projectId }: CloudEnvironmentInputs): CloudApi {
  return new CloudApi({ ...(apiUrl === undefined ? {} : { apiUrl }), token }, projectId);
}

async function knownTenant(api: CloudApi, inputs: CloudEnvironmentInputs): Promise<string> {
  const tenantId = await api.tenantOf();
  if (tenantId !== undefined) return tenantId;
  throw cloudError(
    inputs,
    `looking for project ${inputs.projectId}`,
    "found no project of that id for this token",
    "copy the project id from the project's settings in the Cloud dashboard, check that the token's account may see it, and remove it from the state with `pulumi state delete` if it was deleted",
  );
}

function replacedBy(olds: CloudEnvironmentInputs, news: CloudEnvironmentInputs): string[] {
  const moved = [];
  if (news.projectId !== UNKNOWN && olds.projectId !== news.projectId) moved.push("projectId");
  const [before, after] = [olds, news].map(({ apiUrl }) => apiUrl ?? DEFAULT_CLOUD_API_URL);
  if (after !== UNKNOWN && before !== after) moved.push("apiUrl");
  return moved;
}

/** An unknown `env` comes as a text. */
function sameEnv(before: Record<string, string>, after: Record<string, string> | string): boolean {
  if (typeof after === "string") return false;
  const names = Object.keys(after);
  return (
    names.length === Object.keys(before).length &&
    names.every((name) => Object.hasOwn(before, name) && before[name] === after[name])
  );
}

/**
 * Refuses to replace values of somebody else unless told to. Only what was written here is ours, not what had the wanted
 * value already. Without `olds` nothing was written yet.
 *
 * @throws RemoteError that names the variables.
 */
function refuseForeignValues(
  inputs: CloudEnvironmentInputs,
  { variables }: CloudEnvironment,
  olds?: CloudEnvironmentOuts,
): void {
  if (inputs.overwrite === true) return;
  const other = [...variables].filter(
    ([name, found]) => Object.hasOwn(inputs.env, name) && found !== inputs.env[name],
  );
  const taken = other.filter(([name]) => !olds?.written.includes(name));
  if (taken.length > 0) {
    throw refusal(
      inputs,
      taken,
      "another value is already set",
      "set overwrite to true to replace it, remove it in the Cloud dashboard, or leave it out here",
    );
  }
  const unseen = other.filter(([name, found]) => olds && isUnseen(olds, name, found));
  if (unseen.length === 0) return;
  throw refusal(
    inputs,
    unseen,
    "somebody else changed it since the last update",
    "run `pulumi refresh` to record it and `pulumi up` to set it again, or set overwrite to true",
  );
}

/** A value that nobody here has seen is not lost silently; after a refresh has shown that very one, it may be. */
function isUnseen(olds: CloudEnvironmentOuts, name: string, found: string): boolean {
  return !isOurValue(olds, name, found) && olds.drift?.[name] !== driftMark(olds, name, found);
}

function refusal(
  inputs: CloudEnvironmentInputs,
  variables: readonly [name: string, value: string][],
  reason: string,
  remedy: string,
): Error {
  const names = variables.map(([name]) => name).sort();
  return cloudError(
    inputs,
    `setting ${names.join(", ")} in project ${inputs.projectId}`,
    `was not attempted, because ${reason}`,
    remedy,
  );
}

/** Those of the written variables that may be removed, as their value is still the one written; tells which are left. */
function removableVariables(
  olds: CloudEnvironmentOuts,
  names: readonly string[],
  { variables }: CloudEnvironment,
): string[] {
  const there = [...variables].filter(([name]) => names.includes(name)).sort();
  const kept = there.map(([name]) => name).filter((name) => NEVER_REMOVED.includes(name));
  const others = there.filter(([name]) => !kept.includes(name));
  const foreign = others.filter(([name, value]) => !isOurValue(olds, name, value));
  if (kept.length > 0) {
    cloudNotice(
      `${kept.join(", ")} in project ${olds.projectId} is left as it is, because without an admin secret everybody would be an admin of the project; if you want that, remove it in the Cloud dashboard`,
    );
  }
  if (foreign.length > 0) {
    cloudNotice(
      `${foreign.map(([name]) => name).join(", ")} in project ${olds.projectId} was changed by somebody else and is left as it is; remove it in the Cloud dashboard if nobody needs it`,
    );
  }
  return others.filter((one) => !foreign.includes(one)).map(([name]) => name);
}

/** Tells of what was left as it is, in one line; Pulumi shows it beside the resource. */
function cloudNotice(text: string): void {
  process.stderr.write(`Hasura Cloud: ${text}\n`);
}
