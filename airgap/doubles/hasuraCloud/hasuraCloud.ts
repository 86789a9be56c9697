import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type FieldNode, type GraphQLError, graphql, Kind, parse } from "graphql";
import { Access, cloudRoot, cloudSchema } from "./cloudSchema";
import { errorBody, type Fault, sendFault } from "./faults";
import { Tenants } from "./tenants";

/** One request as it is remembered: never a value of a variable, never a header. */
export interface LoggedRequest {
  /** Root fields, or "unreadable". */
  operation: string;
  /** Names of the variables to be set or removed. */
  names: string[];
  authorized: boolean;
}

export interface CloudOptions {
  /** How an unknown token is met: an error, or the schema of someone unknown. Default: error. */
  unknownToken?: "error" | "schema";
}

const PATH = "/v1/graphql";
const BODY_LIMIT = 1024 * 1024;
const schemas = { known: cloudSchema(Access.Known), unknown: cloudSchema(Access.Unknown) };

/** Cloud's API on a loopback port, with one personal access token. */
export class HasuraCloud {
  readonly tenants = new Tenants();
  readonly requests: LoggedRequest[] = [];
  private readonly faults: Fault[] = [];
  private readonly hooks: (() => void | Promise<void>)[] = [];
  private readonly server: Server;

  readonly token: string;
  private readonly options: CloudOptions;

  private constructor(token: string, options: CloudOptions) {
    this.token = token;
    this.options = options;
    this.server = createServer((request, response) => {
      void this.handle(request, response).catch(() => response.destroy());
    });
  }

  static async start(token: string, options: CloudOptions = {}): Promise<HasuraCloud> {
    const cloud = new HasuraCloud(token, options);
    await new Promise<void>((resolve, reject) => {
      cloud.server.once("error", reject).listen(0, "127.0.0.1", resolve);
    });
    return cloud;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${PATH}`;
  }

  /** Faults for the next requests, one each. */
  fail(...faults: Fault[]): void {
    this.faults.push(...faults);
  }

  /** Runs once, between the arrival of the next change and the look at its hash. */
  beforeUpdate(hook: () => void | Promise<void>): void {
    this.hooks.push(hook);
  }

  /** Drops the hooks that no change has called yet. */
  forgetHooks(): void {
    this.hooks.length = 0;
  }

  /** Drops the faults that no request has met yet. */
  forgetFaults(): void {
    this.faults.length = 0;
  }

  /** Root fields of the requests since the last call. */
  takeOperations(): string[] {
    return this.requests.splice(0).map(({ operation }) => operation);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = parseBody(await readText(request));
    const authorized = request.headers.authorization === `pat ${this.token}`;
    this.requests.push({ ...describe(body), authorized });
    const fault = this.faults.shift() ?? { kind: "none" };
    if (fault.kind !== "none" && fault.kind !== "lostAnswer") {
      sendFault(fault, response);
      return;
    }
    if (request.method !== "POST" || request.url !== PATH) {
      response.writeHead(404, { "content-type": "text/plain" }).end("resource does not exist");
      return;
    }
    const text = await this.answer(body, authorized);
    if (fault.kind === "none") {
      response.writeHead(200, { "content-type": "application/json; charset=utf-8" }).end(text);
    } else {
      response.destroy();
    }
  }

  private async answer(body: Body | undefined, authorized: boolean): Promise<string> {
    if (!authorized && this.options.unknownToken !== "schema") {
      return errorBody("access-denied", "Authentication hook unauthorized this request");
    }
    if (body === undefined) return errorBody("parse-failed", "Error in $: not a GraphQL request");
    const { data, errors } = await graphql({
      schema: authorized ? schemas.known : schemas.unknown,
      source: body.query,
      variableValues: body.variables,
      rootValue: cloudRoot(this.tenants, async () => this.hooks.shift()?.()),
    });
    return JSON.stringify(errors === undefined ? { data } : { errors: errors.map(asHasura) });
  }
}

interface Body {
  query: string;
  variables: Record<string, unknown>;
}

function parseBody(text: string): Body | undefined {
  try {
    const { query, variables } = JSON.parse(text);
    return typeof query === "string" ? { query, variables: variables ?? {} } : undefined;
  } catch {
    return undefined;
  }
}

function describe(body: Body | undefined): Omit<LoggedRequest, "authorized"> {
  try {
    const fields = parse(body?.query ?? "").definitions.flatMap((definition) =>
      definition.kind === Kind.OPERATION_DEFINITION
        ? definition.selectionSet.selections.filter(
            (selection): selection is FieldNode => selection.kind === Kind.FIELD,
          )
        : [],
    );
    const lists = Object.values(body?.variables ?? {})
      .filter(Array.isArray)
      .flat();
    return {
      operation: fields.map((field) => field.name.value).join(" "),
      names: lists.map((item) => String(item?.key ?? item)),
    };
  } catch {
    return { operation: "unreadable", names: [] };
  }
}

function asHasura(error: GraphQLError): object {
  const missing = /^Cannot query field "(\w+)" on type "(\w+)"/.exec(error.message);
  if (missing) {
    const message = `field '${missing[1]}' not found in type: '${missing[2]}'`;
    return { message, extensions: { path: "$", code: "validation-failed" } };
  }
  const { code = "validation-failed" } = error.extensions;
  return { message: error.message, extensions: { path: "$", code } };
}

async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_LIMIT) throw new Error("too large");
  }
  return Buffer.concat(chunks).toString("utf8");
}
