import { type RemoteError, remoteError } from "../http/remoteError";
import { absentObjects, RELATIONS, type Relation } from "../schema/absentObjects";
import { isObject } from "../validation/isObject";
import { engineWords } from "./engineRequest";
import { cliWords } from "./schemaFailure";
import { runSql, type SchemaTools } from "./schemaTools";

/** Publishes the folder's metadata where the whole of it is consistent; otherwise the engine keeps what it has. */
export async function publishMetadata(tools: SchemaTools): Promise<void> {
  const { code } = await tools.cli(["metadata", "apply", "--disallow-inconsistent-metadata"]);
  if (code !== 0) await demandConsistency(tools);
  await tools.cli(["metadata", "reload"]);
  const status = await tools.cli(["metadata", "inconsistency", "status"]);
  if (status.code !== 0) await demandConsistency(tools);
}

async function demandConsistency(tools: SchemaTools): Promise<void> {
  const failure = await failedMetadata(tools);
  if (failure !== undefined) throw failure;
}

/** Why the engine refuses the folder's metadata, each object by name; undefined where it takes it by now. */
async function failedMetadata(tools: SchemaTools): Promise<RemoteError | undefined> {
  const dryRun = await tools.cli(["metadata", "apply", "--dry-run", "-o", "json"], "stdout");
  const metadata = parsed(dryRun.text);
  if (!isObject(metadata)) return metadataError(cliWords(dryRun.text));
  const args = { allow_inconsistent_metadata: false, metadata };
  const answer = await tools.post("/v1/metadata", { type: "replace_metadata", version: 2, args });
  if (answer.status === 200) return undefined;
  const named = inconsistencies(answer.body);
  const objects = named.length > 0 ? named : await absentOf(tools, metadata);
  return metadataError(objects.length > 0 ? objects.join("; ") : unnamed(engineWords(answer)));
}

/** What the databases lack: an engine in production names no object. */
async function absentOf(tools: SchemaTools, metadata: Record<string, unknown>): Promise<string[]> {
  const databases = new Map<string, Relation[]>();
  const sources = Array.isArray(metadata.sources) ? metadata.sources.filter(isObject) : [];
  for (const { name } of sources) {
    const rows = await runSql(tools, `${name}`, RELATIONS);
    databases.set(`${name}`, JSON.parse(rows[0]?.[0] ?? "[]") as Relation[]);
  }
  return absentObjects(metadata, databases);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function inconsistencies(body: unknown): string[] {
  const found = isObject(body) ? body.internal : undefined;
  if (!Array.isArray(found)) return [];
  return found.filter(isObject).map(({ name, type, reason }) => `${name ?? type}: ${reason}`);
}

/** Internal errors, which hold the names, are hidden in production, and something else than a table or column is missing. */
function unnamed(words: string): string {
  return `${words} (production hides what it is; a development stack with the same folder names it)`;
}

function metadataError(reason: string): RemoteError {
  return remoteError(
    `The metadata is inconsistent, and the engine keeps what it had: ${reason}; correct the folder's metadata or add the migration that is missing, then run the update again`,
  );
}
