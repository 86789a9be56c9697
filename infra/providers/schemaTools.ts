import { shellQuoted } from "../docker/shellQuoted";
import { remoteError } from "../http/remoteError";
import { isObject } from "../validation/isObject";
import {
  type EngineAccess,
  type EngineRequests,
  engineRequests,
  engineWords,
} from "./engineRequest";
import { BUSY_FILE, PROJECT, type SchemaContainer } from "./schemaContainer";

/** What the job does, by its container and the engine. */
export interface SchemaTools extends EngineRequests {
  /** Who the job is, as leases name it. */
  holder: string;
  /** Runs `hasura-cli` in the project. Its text is of both streams, or of standard output alone. */
  cli(args: readonly string[], output?: "both" | "stdout"): Promise<{ code: number; text: string }>;
  /** Writes files of the project. */
  upload(files: readonly { path: string; content: string }[]): Promise<void>;
}

/** Exit code of bash. */
const COMMAND_NOT_FOUND = 127;

/** The tools of a container; `deadline` is a time in milliseconds. */
export function schemaTools(
  container: SchemaContainer,
  access: EngineAccess,
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
  const engine = engineRequests(access, container);
  return {
    holder: container.holder,
    async post(path, body) {
      left();
      return engine.post(path, body);
    },
    async isHealthy() {
      left();
      return engine.isHealthy();
    },
    async cli(args, output = "both") {
      const errors = output === "both" ? "2>&1" : "2>/dev/null";
      const command = ["hasura-cli", ...args, "--skip-update-check", "--project", PROJECT];
      const result = await inTime(
        `export HASURA_GRAPHQL_ADMIN_SECRET=${shellQuoted(access.adminSecret)}
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
