import { shellQuoted } from "../docker/shellQuoted";
import { remoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import { BUSY_FILE, ENGINE, PROJECT, type SchemaContainer } from "./schemaContainer";

/** A response of the engine. */
export interface EngineResponse {
  status: number;
  /** Undefined where it is no JSON. */
  body: unknown;
}

/** What the job does in its container. */
export interface SchemaTools {
  /** Who the job is, as leases name it. */
  holder: string;
  /** Asks the engine; a refusal is a response, too. */
  post(path: string, body: unknown): Promise<EngineResponse>;
  isHealthy(): Promise<boolean>;
  /** Runs `hasura-cli` in the project. Its text is of both streams, or of standard output alone. */
  cli(args: readonly string[], output?: "both" | "stdout"): Promise<{ code: number; text: string }>;
  /** Writes files of the project. */
  upload(files: readonly { path: string; content: string }[]): Promise<void>;
}

const REQUEST_MS = 60_000;
/** Exit code of bash. */
const COMMAND_NOT_FOUND = 127;

/** The tools of a container; `deadline` is a time in milliseconds. */
export function schemaTools(
  container: SchemaContainer,
  adminSecret: string,
  deadline: number,
): SchemaTools {
  const left = () => {
    const rest = deadline - Date.now();
    if (rest > 0) return rest;
    throw remoteError(
      "The schema was not applied in time; what was applied is recorded, and the next update goes on; raise schema.timeoutSeconds",
    );
  };
  const inTime = async (script: string) => {
    try {
      return await container.run(script, left());
    } catch (error) {
      // Otherwise Docker would be blamed for what took too long.
      left();
      throw error;
    }
  };
  const secret = `secret=${shellQuoted(adminSecret)}\n`;
  const request = async (head: string, body: string) => {
    const { text } = await container.run(secret + requestScript(head, body), REQUEST_MS);
    return responseOf(text);
  };
  return {
    holder: container.holder,
    async post(path, body) {
      left();
      return request(`POST ${path}`, JSON.stringify(body));
    },
    async isHealthy() {
      left();
      return (await request("GET /healthz", "")).status === 200;
    },
    async cli(args, output = "both") {
      const errors = output === "both" ? "2>&1" : "2>/dev/null";
      const command = ["hasura-cli", ...args, "--skip-update-check", "--project", PROJECT];
      const result = await inTime(
        `${secret}export HASURA_GRAPHQL_ADMIN_SECRET="$secret"
touch ${BUSY_FILE}
${command.map(shellQuoted).join(" ")} </dev/null ${errors}
code=$?
rm -f ${BUSY_FILE}
exit "$code"`,
      );
      if (result.code !== COMMAND_NOT_FOUND) return result;
      throw remoteError(
        "The image of the schema's job has no hasura-cli; set schema.image to the engine's release whose tag ends in .cli-migrations-v3",
      );
    },
    async upload(files) {
      const { code } = await inTime(uploadScript(files));
      if (code === 0) return;
      throw remoteError("The schema's files did not fit into the container; make them smaller");
    },
  };
}

/** Bash reads its script byte by byte, so that what follows a line that takes N bytes is that line's input. */
function requestScript(head: string, body: string): string {
  const bytes = Buffer.byteLength(body);
  const lines = [
    `${head} HTTP/1.0`,
    `Host: ${ENGINE.host}:${ENGINE.port}`,
    "Content-Type: application/json",
    "X-Hasura-Admin-Secret: %s",
    `Content-Length: ${bytes}`,
  ];
  return `exec 3<>/dev/tcp/${ENGINE.host}/${ENGINE.port} || exit 0
{ printf '${lines.join("\\r\\n")}\\r\\n\\r\\n' "$secret"; head -c ${bytes}; } >&3
${body}
timeout ${REQUEST_MS / 1000} cat <&3`;
}

function responseOf(text: string): EngineResponse {
  const [, status = "0"] = /^HTTP\/1\.\d (\d+)/.exec(text) ?? [];
  const body = text.slice(text.indexOf("\r\n\r\n") + 4);
  try {
    return { status: Number(status), body: JSON.parse(body) };
  } catch {
    return { status: Number(status), body: undefined };
  }
}

function uploadScript(files: readonly { path: string; content: string }[]): string {
  const writes = files.map(({ path, content }) => {
    const to = `${PROJECT}/${path}`;
    const folder = to.slice(0, to.lastIndexOf("/"));
    const bytes = Buffer.byteLength(content);
    return `mkdir -p ${shellQuoted(folder)}; head -c ${bytes} >${shellQuoted(to)}\n${content}\n`;
  });
  return `set -e\n${writes.join("")}`;
}

/** The rows of run_sql, without the line of column names; throws with the engine's words where it was refused. */
export async function runSql(tools: SchemaTools, source: string, sql: string): Promise<string[][]> {
  const args = { source, sql, check_metadata_consistency: false };
  const body = await demand(tools, "/v2/query", { type: "run_sql", args }, `source "${source}"`);
  const rows = isObject(body) && Array.isArray(body.result) ? (body.result as string[][]) : [];
  return rows.slice(1);
}

/** What the engine returns; throws with its own words where it refuses. */
export async function demand(
  tools: SchemaTools,
  path: string,
  command: { type: string; args: unknown },
  what: string,
): Promise<unknown> {
  const { status, body } = await tools.post(path, command);
  if (status === 200) return body;
  throw remoteError(
    `The engine refused ${command.type} for ${what}: ${engineWords({ status, body })}`,
  );
}

/** Why the engine refused something, in its own words and Postgres'. */
export function engineWords({ status, body }: EngineResponse): string {
  if (status === 0)
    return "it did not respond; check that its container runs, then run the update again";
  if (!isObject(body)) return `status ${status}`;
  const words = [body.error, ...postgresWords(body.internal)].filter((it) => it !== undefined);
  return words.join(", ");
}

function postgresWords(internal: unknown): unknown[] {
  if (!isObject(internal)) return [];
  return isObject(internal.error) ? [internal.error.message] : [];
}
