import { dump } from "js-yaml";
import { isJsonObject, type Json, type JsonObject } from "../hasura/json";
import { Failure, type Given, notInDouble } from "./commandLine";
import { readMetadata } from "./metadataFiles";
import { printTable } from "./printTable";
import type { Project } from "./project";

export async function metadataApply(project: Project, given: Given): Promise<void> {
  const { engine, log } = project;
  const output = given.get("--output")?.at(-1);
  if (given.has("--dry-run")) return showMetadata(project, output);
  if (output !== undefined) throw notInDouble('--output of "metadata apply" without --dry-run');
  const allow = !given.has("--disallow-inconsistent-metadata");
  const metadata = readMetadata(project.metadata);
  const args = { allow_inconsistent_metadata: allow, metadata };
  try {
    warnIfInconsistent(project, await engine.metadata("replace_metadata", args, { version: 2 }));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    throw new Failure(`error applying metadata \n${error.message}`);
  }
  log("info", "Metadata applied");
}

function showMetadata({ log, metadata }: Project, output: string | undefined): void {
  const document = readMetadata(metadata);
  if (output === undefined) {
    log("warning", "behaviour of --dry-run flag has changed from v2.0.0");
    log("warning", "new behaviour is to output local project metadata as JSON by default");
    log("warning", "the old behaviour can be achieved using `hasura metadata diff` command");
  }
  const text = output === "yaml" ? dump(document) : `${JSON.stringify(document, undefined, 2)}\n`;
  process.stdout.write(text);
}

function warnIfInconsistent({ log }: Project, answer: Json): boolean {
  const consistent = isJsonObject(answer) && answer.is_consistent === true;
  if (!consistent) {
    log("warning", "Metadata is inconsistent");
    log("warning", "Use 'hasura metadata ic list' command to list inconsistent objects");
  }
  return consistent;
}

export async function metadataReload(project: Project): Promise<void> {
  const { engine, log } = project;
  await engine.metadata("reload_metadata", {});
  log("info", "Metadata reloaded");
  const found = await engine.metadata("get_inconsistent_metadata", {});
  if (warnIfInconsistent(project, found)) log("info", "Metadata is consistent");
}

async function inconsistentObjects({ engine }: Project): Promise<JsonObject[]> {
  const answer = await engine.metadata("get_inconsistent_metadata", {});
  const objects = isJsonObject(answer) ? answer.inconsistent_objects : undefined;
  return Array.isArray(objects) ? objects.filter(isJsonObject) : [];
}

/** The only plain gate: it alone fails where something is inconsistent. */
export async function inconsistencyStatus(project: Project): Promise<void> {
  if ((await inconsistentObjects(project)).length > 0) {
    throw new Failure(
      "metadata is inconsistent, use 'hasura metadata ic list' command to see the inconsistent objects",
    );
  }
  project.log("info", "metadata is consistent");
}

export async function inconsistencyList(project: Project): Promise<void> {
  const objects = await inconsistentObjects(project);
  if (objects.length === 0) return project.log("info", "metadata is consistent");
  const text = (value: Json | undefined) =>
    typeof value === "string" ? value : JSON.stringify(value);
  const rows = objects.map(({ name, type, definition, reason }) =>
    [name, type, definition, reason].map((value) => text(value) ?? ""),
  );
  printTable(["NAME", "TYPE", "DESCRIPTION", "REASON"], rows);
}
