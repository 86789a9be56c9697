import {
  type DocumentNode,
  type FieldNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionSetNode,
  validate,
} from "graphql";
import { EngineError, notInDouble } from "./engineError";
import { isJsonObject, type JsonObject } from "./json";

export type GraphqlRequest = {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  operationName?: string;
  variables: JsonObject;
};

function invalid(message: string, path = "$"): EngineError {
  return new EngineError("validation-failed", message, 400, path);
}

/** Reads a request body. @throws EngineError with the engine's codes. */
export function readGraphqlRequest(body: unknown): GraphqlRequest {
  if (Array.isArray(body)) throw notInDouble("batched GraphQL requests");
  if (!isJsonObject(body) || typeof body.query !== "string") {
    throw new EngineError("invalid-json", "the key 'query' was not present");
  }
  const { operationName, variables } = body;
  const name = typeof operationName === "string" ? operationName : undefined;
  const document = parseDocument(body.query);
  const operation = getOperationAST(document, name);
  if (operation === null || operation === undefined) {
    throw invalid(
      name === undefined
        ? "exactly one operation has to be present in the document when operationName is not specified"
        : `no such operation found in the document: "${name}"`,
    );
  }
  return {
    document,
    operation,
    ...(name === undefined ? {} : { operationName: name }),
    variables: isJsonObject(variables) ? variables : {},
  };
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query);
  } catch {
    throw invalid("not a valid graphql query", "$.query");
  }
}

/** @throws EngineError validation-failed; unknown fields and arguments in the engine's words. */
export function validateRequest(schema: GraphQLSchema, request: GraphqlRequest): void {
  const { operation } = request.operation;
  if (operation === "mutation" && !schema.getMutationType()) throw invalid("no mutations exist");
  if (operation === "subscription" && !schema.getSubscriptionType()) {
    throw invalid("no subscriptions exist");
  }
  const [first] = validate(schema, request.document, undefined, { maxErrors: 1 });
  if (first !== undefined) throw inEngineWords(first, request.document);
}

function inEngineWords(error: GraphQLError, document: DocumentNode): EngineError {
  const node = error.nodes?.[0];
  const path = node === undefined ? "$" : pathTo(document, node);
  const field = /^Cannot query field "(.+?)" on type "(.+?)"/.exec(error.message);
  if (field !== null) return invalid(`field '${field[1]}' not found in type: '${field[2]}'`, path);
  const argument = /^Unknown argument "(.+?)" on field "(?:.+\.)?(.+?)"/.exec(error.message);
  if (argument !== null) {
    return invalid(`'${argument[2]}' has no argument named '${argument[1]}'`, path);
  }
  return invalid(error.message, path);
}

function pathTo(document: DocumentNode, node: unknown): string {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const found = search(definition.selectionSet, node, "$.selectionSet");
    if (found !== undefined) return found;
  }
  return "$";
}

function search(selections: SelectionSetNode, node: unknown, path: string): string | undefined {
  for (const item of selections.selections) {
    if (item.kind === Kind.FRAGMENT_SPREAD) continue;
    const here = item.kind === Kind.FIELD ? `${path}.${item.name.value}` : path;
    if (item === node || holdsArgument(item, node)) return here;
    if (item.selectionSet === undefined) continue;
    const next = item.kind === Kind.FIELD ? `${here}.selectionSet` : path;
    const found = search(item.selectionSet, node, next);
    if (found !== undefined) return found;
  }
  return undefined;
}

function holdsArgument(item: FieldNode | { kind: Kind.INLINE_FRAGMENT }, node: unknown): boolean {
  if (item.kind !== Kind.FIELD || item.arguments === undefined) return false;
  return item.arguments.some((argument) => argument === node);
}
