import { buildSchema, GraphQLError, GraphQLScalarType, type GraphQLSchema, Kind } from "graphql";
import { CloudError, type Tenants } from "./tenants";

const SDL = `
  schema { query: query_root mutation: mutation_root }
  scalar uuid
  scalar json
  type query_root {
    projects_by_pk(id: uuid!): projects
    getTenantEnv(tenantId: uuid!): TenantEnv
  }
  type mutation_root {
    updateTenantEnv(tenantId: uuid!, currentHash: String!, envs: [UpdateEnvObject!]!): TenantEnv
    deleteTenantEnv(tenantId: uuid!, currentHash: String!, deleteEnvs: [String!]!): TenantEnv
  }
  type projects { id: uuid! tenant: tenant }
  type tenant { id: uuid! }
  type TenantEnv { hash: String! envVars: json }
  input UpdateEnvObject { key: String! value: String! }
`;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What a caller may see: everything, or what Hasura shows to whom it does not know. */
export const Access = { Known: "known", Unknown: "unknown" } as const;
export type Access = (typeof Access)[keyof typeof Access];

/** The part of Cloud's schema that the contract names; someone unknown sees projects only. */
export function cloudSchema(access: Access): GraphQLSchema {
  const hidden = /^ {4}getTenantEnv.*$|^ {2}type mutation_root[^}]*}\n|mutation: mutation_root /gm;
  const schema = buildSchema(access === Access.Known ? SDL : SDL.replace(hidden, ""));
  const uuid = schema.getType("uuid");
  if (!(uuid instanceof GraphQLScalarType)) throw new Error("the schema lost its uuid");
  uuid.parseValue = parseUuid;
  uuid.parseLiteral = (node) => parseUuid(node.kind === Kind.STRING ? node.value : undefined);
  return schema;
}

function parseUuid(value: unknown): string {
  if (typeof value === "string" && UUID.test(value)) return value.toLowerCase();
  throw new GraphQLError(`invalid input syntax for type uuid`, {
    extensions: { path: "$", code: "data-exception" },
  });
}

interface UpdateArgs {
  tenantId: string;
  currentHash: string;
}

/** Resolvers on the tenants; `beforeUpdate` runs ahead of each change, between its arrival and the look at the hash. */
export function cloudRoot(tenants: Tenants, beforeUpdate: () => Promise<void>): object {
  const change = async <T>(apply: () => T): Promise<T> => {
    await beforeUpdate();
    return told(apply);
  };
  return {
    projects_by_pk: ({ id }: { id: string }) => {
      const tenantId = tenants.tenantOf(id);
      return tenantId === undefined ? null : { id, tenant: { id: tenantId } };
    },
    getTenantEnv: ({ tenantId }: { tenantId: string }) => told(() => tenants.read(tenantId)),
    updateTenantEnv: (args: UpdateArgs & { envs: { key: string; value: string }[] }) =>
      change(() => tenants.update(args.tenantId, args.currentHash, args.envs)),
    deleteTenantEnv: (args: UpdateArgs & { deleteEnvs: string[] }) =>
      change(() => tenants.delete(args.tenantId, args.currentHash, args.deleteEnvs)),
  };
}

function told<T>(apply: () => T): T {
  try {
    return apply();
  } catch (error) {
    if (!(error instanceof CloudError)) throw error;
    throw new GraphQLError(error.message, { extensions: { path: "$", code: error.code } });
  }
}
