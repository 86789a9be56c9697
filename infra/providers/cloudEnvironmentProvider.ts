import type { dynamic } from "@pulumi/pulumi";
import { RemoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import { cloudError, DEFAULT_CLOUD_API_URL } from "./callCloud";
import { CloudApi } from "./cloudApi";
import { cloudEnvironmentOuts, unsettled, unsettledOuts } from "./cloudEnvironmentOuts";
import { cloudNotice } from "./cloudNotice";
import { driftMark } from "./driftMark";
import { isOurValue } from "./isOurValue";
import { refuseForeignValues } from "./refuseForeignValues";
import { removableVariables } from "./removableVariables";

/** What a Cloud environment is made of. */
export interface CloudEnvironmentInputs {
  /** GraphQL address of Cloud's API. Default: `https://data.pro.hasura.io/v1/graphql`. */
  apiUrl?: string;
  token: string;
  projectId: string;
  /** Variables to be set; no other one is touched. */
  env: Record<string, string>;
  /** Replace values that somebody else set. Default: false. */
  overwrite?: boolean;
}

/** What the state keeps: the inputs, and what happened, by name only. */
export interface CloudEnvironmentOuts extends CloudEnvironmentInputs {
  tenantId: string;
  /** Cloud's hash after the last change made here. */
  hash: string;
  /** Names of the variables that were written here, sorted; only these are ever removed, and an admin secret never is. */
  written: string[];
  /** Differences that the last refresh saw: `removed`, or `changed` and a mark; never a foreign value. */
  drift: Record<string, string>;
  /** Marks of the values that an update of unknown outcome may have set; absent once a later one has settled it. */
  attempted?: Record<string, string>;
}

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
    const outs = cloudEnvironmentOuts(inputs, { tenantId, seen });
    try {
      const { hash } = await api.updateEnv(tenantId, seen, new Map(Object.entries(inputs.env)));
      return { id: inputs.projectId, outs: { ...outs, hash } };
    } catch (error) {
      throw unsettled(error, inputs, unsettledOuts(outs, seen));
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
    const outs = cloudEnvironmentOuts(news, { tenantId, seen, olds });
    try {
      const { hash } = await api.updateEnv(tenantId, seen, wanted);
      return { outs: { ...outs, hash } };
    } catch (error) {
      throw unsettled(error, news, unsettledOuts(outs, seen, olds));
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
    "found none of that id for this token",
    "copy the project id from the project's settings at the Cloud dashboard, check that the token's account may see it, and take it out of the state with `pulumi state delete` if it was deleted",
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
