import { readdir, readFile, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { codegen as generate } from "@graphql-codegen/core";
import * as schemaTypes from "@graphql-codegen/typescript";
import * as operationTypes from "@graphql-codegen/typescript-operations";
import {
  buildClientSchema,
  concatAST,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  parse,
  printSchema,
  Source,
  validate,
} from "graphql";
import { adminHeaders, askGraphql, refusalOf } from "../../infra/doctor/engineRequest";
import { type ExaminedStack, examinedStackOf } from "../../infra/doctor/subject";
import { npmRun, type Parsed } from "../commandLine";
import { subjectOf } from "../doctor/doctorRequest";
import { writeWhole } from "../setup/files";
import { pathsOf } from "../setup/paths";
import { UserError } from "../setup/userError.mjs";
import { readParts, stackOutputs } from "./pulumi";

/** HASURA_GRAPHQL_STRINGIFY_NUMERIC_TYPES makes texts of these. */
const NUMBERS = ["bigint", "float8", "numeric"];
const TEXTS = [
  ...["bpchar", "bytea", "citext", "inet", "interval", "money", "name", "uuid"],
  ...["date", "time", "timestamp", "timestamptz", "timetz"],
];
/** Postgres types as they are in the engine's JSON; any other, such as jsonb, is unknown. */
const SCALARS: Readonly<Record<string, string>> = {
  float4: "number",
  smallint: "number",
  ...Object.fromEntries(NUMBERS.map((name) => [name, "number | string"])),
  ...Object.fromEntries(TEXTS.map((name) => [name, "string"])),
};
const CONFIG = { scalars: SCALARS, defaultScalarType: "unknown", enumsAsTypes: true };

/** What the types are made of. */
export interface TypeRequest {
  stack: string;
  /** Default: the role that the stack's tokens have. */
  role?: string;
  /** File or folder of operations, to write the types of those. Default: types of the whole schema. */
  documents?: string;
  /** File to write. Default: standard output. */
  out?: string;
}

interface Operations {
  location: string;
  document: DocumentNode;
}

/** Writes TypeScript types of a running stack to a file or to standard output. */
export async function codegen({ values }: Parsed): Promise<void> {
  const paths = pathsOf();
  await readParts(paths);
  const request: TypeRequest = { stack: "dev", ...values };
  const types = await typesOf(request, await stackOutputs(paths, request.stack));
  if (request.out === undefined) process.stdout.write(types);
  else await writeWhole(resolve(request.out), types);
}

/**
 * Returns the types of what a role may do in a running stack: the same text for the same schema.
 * @throws UserError where the stack is not up, the engine refuses, the role may do nothing, or an operation is wrong.
 */
export async function typesOf(
  request: TypeRequest,
  outputs: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { stack, documents: source, out = "" } = request;
  const subject = subjectOf(outputs);
  const running = subject && examinedStackOf(subject, {});
  if (running === undefined) {
    throw new UserError(`stack ${stack} is not up; run ${npmRun("up", stack)} first`);
  }
  const role = request.role ?? running.roles.defaultRole ?? "user";
  const schema = await schemaOf(running, role);
  const documents = source === undefined ? [] : await operationsIn(source, schema);
  const types = await generate({
    filename: out,
    schema: parse(printSchema(schema)),
    schemaAst: schema,
    documents,
    config: CONFIG,
    // The types of operations are complete without those of the schema, and have the same names.
    plugins: [source === undefined ? { schemaTypes: {} } : { operationTypes: {} }],
    pluginMap: { schemaTypes, operationTypes },
  });
  return `// Written by: ${commandOf(request, role)}\n${types.trim()}\n`;
}

/** The command that writes the same again. */
function commandOf({ stack, documents, out }: TypeRequest, role: string): string {
  const flags = Object.entries({ role, documents, out }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return npmRun("codegen", stack, ...flags);
}

/** The schema as a role sees it, which the engine shows to the administrator. */
async function schemaOf(stack: ExaminedStack, role: string): Promise<GraphQLSchema> {
  const headers = { ...adminHeaders(stack), "x-hasura-role": role };
  const response = await askGraphql(stack, getIntrospectionQuery(), headers);
  const refusal = refusalOf(response, stack);
  if (refusal !== undefined || response.failure !== undefined) {
    const why = refusal?.message ?? response.failure;
    throw new UserError(`the engine does not show its schema: ${why}; run npm run doctor`);
  }
  const { data } = response.json as { data: Parameters<typeof buildClientSchema>[0] };
  const schema = lexicographicSortSchema(buildClientSchema(data));
  const fields = Object.keys(schema.getQueryType()?.getFields() ?? {});
  if (fields.some((name) => name !== "no_queries_available")) return schema;
  throw new UserError(
    `role ${JSON.stringify(role)} may read nothing; allowed: a role with a select permission; give --role, or add a permission`,
  );
}

/** Reads and checks the operations of a file, or of every .graphql file below a folder. */
async function operationsIn(path: string, schema: GraphQLSchema): Promise<Operations[]> {
  const files = await graphqlFiles(path);
  const operations = await Promise.all(
    files.map(async (file) => ({
      location: file,
      document: parsed(file, await readFile(file, "utf8")),
    })),
  );
  const errors = validate(schema, concatAST(operations.map(({ document }) => document)));
  if (errors.length === 0) return operations;
  throw new UserError(errors.map(operationError).join("\nerror: "));
}

async function graphqlFiles(path: string): Promise<string[]> {
  const found = await stat(path).catch(() => undefined);
  const below = found?.isDirectory() ? await readdir(path, { recursive: true }) : undefined;
  const files = below?.map((name) => join(path, name)) ?? (found === undefined ? [] : [path]);
  const documents = files.filter((file) => file.endsWith(".graphql")).sort();
  if (documents.length > 0) return documents;
  throw new UserError(
    `--documents ${path} holds no operations; allowed: a .graphql file, or a folder with such files; correct the path`,
    2,
  );
}

function parsed(file: string, text: string): DocumentNode {
  try {
    return parse(new Source(text, file));
  } catch (error) {
    throw error instanceof GraphQLError ? new UserError(operationError(error)) : error;
  }
}

/** Where an operation is wrong, and how, on one line. */
function operationError({ message, source, locations }: GraphQLError): string {
  return `${source?.name}, line ${locations?.[0]?.line}: ${message} Correct it.`;
}
