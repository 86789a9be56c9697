import { RemoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import {
  type CloudAccess,
  type CloudReply,
  callCloud,
  cloudError,
  missingOperation,
  notUnderstood,
  told,
} from "./callCloud";

/** The variables that a project's owner set, and the hash that a change must name. */
export interface CloudEnvironment {
  hash: string;
  variables: ReadonlyMap<string, string>;
}

/** A value for each variable to be set; undefined for one to be removed. */
export type WantedVariables = ReadonlyMap<string, string | undefined>;

/** What a change is made on: what the decision was made on, where Cloud has moved on to, and whose values count. */
interface Basis {
  seen: CloudEnvironment;
  current: CloudEnvironment;
  guarded: WantedVariables;
}

/** The documents of Cloud's public API reference; deleteTenantEnv and envVars.environment are not on that page [inferred]. */
const DOCUMENTS = {
  tenant: "query ($id: uuid!) { projects_by_pk(id: $id) { id tenant { id } } }",
  read: "query ($tenantId: uuid!) { getTenantEnv(tenantId: $tenantId) { hash envVars } }",
  set: "mutation ($tenantId: uuid!, $currentHash: String!, $envs: [UpdateEnvObject!]!) { updateTenantEnv(tenantId: $tenantId, currentHash: $currentHash, envs: $envs) { hash envVars } }",
  remove:
    "mutation ($tenantId: uuid!, $currentHash: String!, $deleteEnvs: [String!]!) { deleteTenantEnv(tenantId: $tenantId, currentHash: $currentHash, deleteEnvs: $deleteEnvs) { hash envVars } }",
};
const WRITE_TRIES = 3;

/** Environment variables of one Hasura Cloud project. */
export class CloudApi {
  private readonly access: CloudAccess;
  private readonly projectId: string;

  constructor(access: CloudAccess, projectId: string) {
    this.access = access;
    this.projectId = projectId;
  }

  /**
   * Returns the id of the project's tenant, which differs from its own, or undefined when there is no such project for
   * this token.
   *
   * @throws RemoteError when Cloud cannot be asked.
   */
  async tenantOf(): Promise<string | undefined> {
    const doing = `looking for project ${this.projectId}`;
    const variables = { id: this.projectId };
    const reply = await callCloud(this.access, { doing, query: DOCUMENTS.tenant, variables });
    const { projects_by_pk: project } = this.dataOf(doing, reply);
    if (project === null) return undefined;
    const tenant = isObject(project) ? project.tenant : undefined;
    if (tenant === null) return undefined;
    if (!isObject(tenant) || typeof tenant.id !== "string") throw notUnderstood(this.access, doing);
    return tenant.id;
  }

  /** @throws RemoteError when Cloud cannot be asked, or refuses. */
  async readEnv(tenantId: string): Promise<CloudEnvironment> {
    const doing = `reading the variables of project ${this.projectId}`;
    const variables = { tenantId };
    const reply = await callCloud(this.access, { doing, query: DOCUMENTS.read, variables });
    const { getTenantEnv: found } = this.dataOf(doing, reply);
    const read = isObject(found) ? variablesIn(found.envVars) : undefined;
    if (!isObject(found) || typeof found.hash !== "string" || read === undefined) {
      throw notUnderstood(this.access, doing);
    }
    return { hash: found.hash, variables: read };
  }

  /**
   * Removes and sets variables, and touches no other one. `seen` is what the decision was made on: when Cloud has moved
   * on since, the change is made on its new state (3 tries), unless somebody changed one of these very variables.
   *
   * @throws RemoteError naming that variable, or when Cloud refuses or cannot be asked.
   */
  async updateEnv(
    tenantId: string,
    seen: CloudEnvironment,
    wanted: WantedVariables,
  ): Promise<CloudEnvironment> {
    const all = [...wanted];
    // Removed first: were it the other way, a failure between the two would leave variables whose origin nobody knows.
    const removed = new Map(all.filter(([, value]) => value === undefined));
    const set = new Map(all.filter(([, value]) => value !== undefined));
    const left = await this.write(tenantId, { seen, current: seen, guarded: wanted }, removed);
    return this.write(tenantId, { seen, current: left, guarded: set }, set);
  }

  /** `guarded` are the variables that must not have changed since `seen`, also those that are written later. */
  private async write(
    tenantId: string,
    { seen, guarded, ...from }: Basis,
    wanted: WantedVariables,
  ): Promise<CloudEnvironment> {
    let { current } = from;
    for (let tries = 1; ; tries++) {
      const open = openIn(current, wanted);
      if (open.size === 0) return current;
      const outcome = await this.writeOnce(tenantId, current.hash, open);
      if ("hash" in outcome) return changed(current, open, outcome.hash);
      const now = await this.readAfter(tenantId, outcome.error);
      const stop = this.foreignChange(seen, now, guarded);
      // Set although it failed: its first try went through, and the colleague's change came before the repetition.
      if (stop) throw openIn(now, open).size < open.size ? ofUnknownOutcome(stop) : stop;
      if (openIn(now, wanted).size === 0) return now;
      // Cloud's words for a stale hash are not published, so that the hash itself has to tell.
      if (now.hash === current.hash) throw outcome.error;
      if (tries === WRITE_TRIES) throw this.busy(tries);
      current = now;
    }
  }

  private async writeOnce(
    tenantId: string,
    currentHash: string,
    open: WantedVariables,
  ): Promise<{ hash: string } | { error: RemoteError }> {
    const removing = [...open.values()].includes(undefined);
    const names = [...open.keys()];
    const doing = `${removing ? "removing" : "setting"} ${names.join(", ")} in project ${this.projectId}`;
    const values = [...open.values()].filter((value) => value !== undefined);
    const change = removing
      ? { deleteEnvs: names }
      : { envs: [...open].map(([key, value]) => ({ key, value })) };
    const operation = removing ? "deleteTenantEnv" : "updateTenantEnv";
    try {
      const reply = await callCloud(this.access, {
        doing,
        query: removing ? DOCUMENTS.remove : DOCUMENTS.set,
        variables: { tenantId, currentHash, ...change },
        values,
      });
      const { refusal } = reply;
      const error = refusal && missingOperation(this.access, { doing, operation, names }, refusal);
      if (error !== undefined) return { error };
      const response = this.dataOf(doing, reply)[operation];
      if (isObject(response) && typeof response.hash === "string") return { hash: response.hash };
      return { error: notUnderstood(this.access, doing) };
    } catch (error) {
      if (error instanceof RemoteError) return { error };
      throw error;
    }
  }

  /**
   * The first error tells more than one of the second look. A refusal may be that of a repetition, whose first try went
   * through: without the second look nobody knows.
   */
  private async readAfter(tenantId: string, error: RemoteError): Promise<CloudEnvironment> {
    try {
      return await this.readEnv(tenantId);
    } catch {
      throw ofUnknownOutcome(error);
    }
  }

  private foreignChange(
    before: CloudEnvironment,
    now: CloudEnvironment,
    wanted: WantedVariables,
  ): RemoteError | undefined {
    const foreign = [...wanted].filter(([name, value]) => {
      const found = now.variables.get(name);
      return found !== before.variables.get(name) && found !== value;
    });
    if (foreign.length === 0) return undefined;
    const names = foreign.map(([name]) => name).join(", ");
    return cloudError(
      this.access,
      `changing project ${this.projectId}`,
      `was stopped, because somebody else changed ${names} at the same time`,
      "agree with whoever works on the project in the Cloud dashboard or in another stack, then run it again",
    );
  }

  private busy(tries: number): RemoteError {
    return cloudError(
      this.access,
      `changing project ${this.projectId}`,
      `failed after ${tries} tries, because other variables of the project changed each time`,
      "wait until nobody else changes the project, then run it again",
    );
  }

  private dataOf(doing: string, reply: CloudReply): Record<string, unknown> {
    if (reply.data !== undefined) return reply.data;
    throw cloudError(
      this.access,
      doing,
      `was refused (${told(reply.refusal)})`,
      "correct what Cloud names there, or set the variable in the Cloud dashboard to see its own message",
    );
  }
}

/** The owner's variables; a list without the wrapping that is known would be taken for an empty one, so it is refused. */
function variablesIn(envVars: unknown): ReadonlyMap<string, string> | undefined {
  if (!isObject(envVars)) return undefined;
  const { environment } = envVars;
  if (environment === undefined || environment === null) {
    const flat = Object.values(envVars).some((value) => typeof value === "string");
    return flat ? undefined : new Map();
  }
  if (!isObject(environment)) return undefined;
  const pairs = Object.entries(environment);
  const texts = pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string");
  return texts.length === pairs.length ? new Map(texts) : undefined;
}

function ofUnknownOutcome(error: RemoteError): RemoteError {
  return new RemoteError(error.message, { ...error, outcomeUnknown: true });
}

function openIn(environment: CloudEnvironment, wanted: WantedVariables): WantedVariables {
  return new Map([...wanted].filter(([name, value]) => environment.variables.get(name) !== value));
}

function changed(before: CloudEnvironment, made: WantedVariables, hash: string): CloudEnvironment {
  const variables = new Map(before.variables);
  for (const [name, value] of made) {
    if (value === undefined) variables.delete(name);
    else variables.set(name, value);
  }
  return { hash, variables };
}
