import { type ExecutionResult, execute, type GraphQLError, type GraphQLSchema } from "graphql";
import type { Pool, PoolClient } from "pg";
import { databaseError } from "./database";
import { asEngineError, EngineError } from "./engineError";
import { type GraphqlRequest, validateRequest } from "./graphqlRequest";
import type { LiveTable } from "./liveTable";
import { buildRoleSchema } from "./roleSchema";
import type { SchemaCache } from "./schemaCache";
import type { Session, Viewer } from "./session";

/** Runs GraphQL for one state of the metadata; each role's schema is made once. */
export class GraphqlExecutor {
  private readonly schemas = new Map<string, GraphQLSchema>();

  private readonly cache: SchemaCache;
  private readonly stringifyNumbers: boolean;

  constructor(cache: SchemaCache, stringifyNumbers: boolean) {
    this.cache = cache;
    this.stringifyNumbers = stringifyNumbers;
  }

  schemaFor({ role, backend }: Viewer): GraphQLSchema {
    const key = `${backend} ${role}`;
    const known = this.schemas.get(key);
    if (known !== undefined) return known;
    const schema = buildRoleSchema(this.cache.tables, { role, backend }, this.stringifyNumbers);
    this.schemas.set(key, schema);
    return schema;
  }

  /** The data of one operation. @throws EngineError for the first error; there is no half answer. */
  async run(request: GraphqlRequest, session: Session): Promise<unknown> {
    const schema = this.schemaFor(session);
    validateRequest(schema, request);
    if (request.operation.operation === "mutation") return this.mutate(schema, request, session);
    return this.execute(schema, request, session, async (table) => table.pool);
  }

  private async execute(
    schema: GraphQLSchema,
    request: GraphqlRequest,
    session: Session,
    connection: (table: LiveTable) => Promise<Pool | PoolClient>,
  ): Promise<unknown> {
    const result: ExecutionResult = await execute({
      schema,
      document: request.document,
      variableValues: request.variables,
      ...(request.operationName === undefined ? {} : { operationName: request.operationName }),
      contextValue: { session, connection },
    });
    const [first] = result.errors ?? [];
    if (first !== undefined) throw unwrap(first);
    return result.data;
  }

  /** All root fields of a mutation share one transaction for each source. */
  private async mutate(
    schema: GraphQLSchema,
    request: GraphqlRequest,
    session: Session,
  ): Promise<unknown> {
    const open = new Map<Pool, PoolClient>();
    const connection = async ({ pool }: LiveTable) => {
      const known = open.get(pool);
      if (known !== undefined) return known;
      const client = await pool.connect();
      open.set(pool, client);
      await client.query("begin");
      return client;
    };
    try {
      const data = await this.execute(schema, request, session, connection);
      for (const client of open.values()) await client.query("commit");
      for (const client of open.values()) client.release();
      return data;
    } catch (error) {
      for (const client of open.values()) await rollBack(client);
      throw asEngineError(databaseError(error, "$"));
    }
  }
}

async function rollBack(client: PoolClient): Promise<void> {
  try {
    await client.query("rollback");
    client.release();
  } catch {
    client.release(true);
  }
}

function unwrap(error: GraphQLError): Error {
  if (error.originalError instanceof EngineError) return error.originalError;
  if (error.originalError !== undefined && error.path !== undefined) {
    return asEngineError(error.originalError);
  }
  return new EngineError("validation-failed", error.message);
}
