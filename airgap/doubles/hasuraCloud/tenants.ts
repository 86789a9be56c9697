import { createHash, randomUUID } from "node:crypto";

/** What a tenant holds: the variables that its owner set, and the hash that locks them. */
export interface TenantEnv {
  hash: string;
  envVars: { environment?: Record<string, string> };
}

/** A refusal, as GraphQL tells it. */
export class CloudError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Variables that Cloud looks after itself. */
const FIXED = ["HASURA_GRAPHQL_METADATA_DATABASE_URL", "HASURA_GRAPHQL_LOG_LEVEL"];

interface Tenant {
  projectId: string;
  environment: Map<string, string>;
}

/** Projects with one tenant each, in memory. */
export class Tenants {
  private readonly tenants = new Map<string, Tenant>();

  /** Makes a project; answers its id. The tenant's id is another one, as in Cloud. */
  add(environment: Record<string, string> = {}): string {
    const projectId = randomUUID();
    this.tenants.set(randomUUID(), {
      projectId,
      environment: new Map(Object.entries(environment)),
    });
    return projectId;
  }

  remove(projectId: string): void {
    const tenantId = this.tenantOf(projectId);
    if (tenantId !== undefined) this.tenants.delete(tenantId);
  }

  tenantOf(projectId: string): string | undefined {
    return [...this.tenants].find(([, tenant]) => tenant.projectId === projectId)?.[0];
  }

  /** The variables of a project, for assertions. */
  environmentOf(projectId: string): Record<string, string> {
    return Object.fromEntries(this.find(this.tenantOf(projectId) ?? "").environment);
  }

  /** Sets or removes variables as a colleague at the dashboard would. */
  edit(projectId: string, changes: Record<string, string | undefined>): void {
    const { environment } = this.find(this.tenantOf(projectId) ?? "");
    for (const [key, value] of Object.entries(changes)) {
      if (value === undefined) environment.delete(key);
      else environment.set(key, value);
    }
  }

  read(tenantId: string): TenantEnv {
    const { environment } = this.find(tenantId);
    const pairs = [...environment].sort(([a], [b]) => (a < b ? -1 : 1));
    const hash = createHash("sha1").update(JSON.stringify(pairs)).digest("hex");
    return { hash, envVars: pairs.length === 0 ? {} : { environment: Object.fromEntries(pairs) } };
  }

  update(tenantId: string, currentHash: string, envs: { key: string; value: string }[]): TenantEnv {
    const { environment } = this.locked(tenantId, currentHash);
    for (const { key } of envs) refuseName(key);
    if (envs.every(({ key, value }) => environment.get(key) === value)) {
      throw new CloudError("bad-request", "no changes in environment variables");
    }
    for (const { key, value } of envs) environment.set(key, value);
    return this.read(tenantId);
  }

  delete(tenantId: string, currentHash: string, keys: string[]): TenantEnv {
    const { environment } = this.locked(tenantId, currentHash);
    for (const key of keys) environment.delete(key);
    return this.read(tenantId);
  }

  private locked(tenantId: string, currentHash: string): Tenant {
    if (this.read(tenantId).hash !== currentHash) {
      throw new CloudError("conflict", "environment variables were changed in the meantime");
    }
    return this.find(tenantId);
  }

  private find(tenantId: string): Tenant {
    const tenant = this.tenants.get(tenantId);
    if (tenant === undefined) throw new CloudError("not-found", "tenant not found");
    return tenant;
  }
}

function refuseName(key: string): void {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key)) {
    throw new CloudError("bad-request", `invalid environment variable name: ${key}`);
  }
  if (FIXED.includes(key)) {
    throw new CloudError("bad-request", `environment variable cannot be changed: ${key}`);
  }
}
