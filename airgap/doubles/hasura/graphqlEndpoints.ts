import { Kind } from "graphql";
import { type Reply, readBody, requireAdmin } from "./endpoints";
import type { EngineContext } from "./engineContext";
import {
  asEngineError,
  EngineError,
  graphqlErrorBody,
  notInDouble,
  showsInternal,
} from "./engineError";
import { readGraphqlRequest } from "./graphqlRequest";
import { isJsonObject, type Json } from "./json";
import type { Session } from "./session";

export async function graphql(
  context: EngineContext,
  session: Session,
  text: string,
): Promise<Reply> {
  const body = readBody(text);
  if (!Array.isArray(body)) return { status: 200, body: await operate(context, session, body) };
  const answers: Json[] = [];
  for (const item of body) {
    const failed = (error: unknown) =>
      graphqlErrorBody(asEngineError(error), showsInternal(context.config, session));
    answers.push(await operate(context, session, item).catch(failed));
  }
  return { status: 200, body: answers };
}

async function operate(context: EngineContext, session: Session, body: Json): Promise<Json> {
  const request = readGraphqlRequest(body);
  if (request.operation.operation === "subscription") {
    const message = "subscriptions are not supported over HTTP, use websockets instead";
    throw new EngineError("not-supported", message);
  }
  const data = await context.metadata.executor.run(request, session);
  return { data: data as Json };
}

export function persistedQuery(): Reply {
  throw new EngineError("not-supported", "PersistedQueryNotSupported");
}

/** Relay's schema differs from the plain one in everything but the name of its root. */
export function relay(_: EngineContext, __: Session, text: string): Reply {
  const { operation } = readGraphqlRequest(readBody(text));
  const { selections } = operation.selectionSet;
  const named = selections.every(
    (item) => item.kind === Kind.FIELD && item.name.value === "__typename" && !item.alias,
  );
  if (!named || operation.operation !== "query") throw notInDouble("the schema of Relay");
  return { status: 200, body: { data: { __typename: "query_root" } } };
}

export function explain(_: EngineContext, session: Session, text: string): Reply {
  const request = readBody(text);
  if (!isJsonObject(request) || request.query === undefined) {
    const what = "parsing Hasura.GraphQL.Explain.GQLExplain(GQLExplain) failed";
    throw new EngineError("parse-failed", `${what}, key "query" not found`);
  }
  requireAdmin(session);
  throw notInDouble("plans of queries");
}
