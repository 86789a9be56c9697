import { isObject } from "../validation/isObject";
import { kindOf } from "../validation/shape";
import type { SchemaFolder } from "./schemaFolder";

const SDL = "metadata/actions.graphql";
const YAML = "metadata/actions.yaml";

/**
 * Actions and custom types as actions.yaml has them, without empty ones. Their arguments and fields stand in actions.graphql, which
 * a helper of the CLI's reads while the job runs; here it is only asked for the names of actions.
 */
export function readActions(folder: SchemaFolder): Record<string, unknown> {
  const content = folder.has(YAML) ? folder.yaml(YAML) : undefined;
  const sdl = folder.has(SDL) ? folder.text(SDL) : undefined;
  if (content === undefined || content === null) return {};
  if (!isObject(content)) {
    folder.refuse(YAML, `is ${kindOf(content)}; an object is required`);
    return {};
  }
  const { actions: given, custom_types: types } = content;
  const actions: unknown[] = Array.isArray(given) ? given : [];
  if (!Array.isArray(given ?? [])) {
    folder.refuse(YAML, `has ${kindOf(given)} as actions; a list is required`);
  }
  const hasTypes = isObject(types) && Object.values(types).some((it) => isFilled(it));
  checkNames(folder, actions, hasTypes, sdl);
  return { ...(actions.length > 0 && { actions }), ...(hasTypes && { custom_types: types }) };
}

function isFilled(list: unknown): boolean {
  return Array.isArray(list) && list.length > 0;
}

function checkNames(
  folder: SchemaFolder,
  actions: readonly unknown[],
  hasTypes: boolean,
  sdl: string | undefined,
): void {
  if (sdl === undefined) {
    if (folder.has(SDL) || (actions.length === 0 && !hasTypes)) return;
    folder.refuse(SDL, "is missing, so Hasura would drop all of actions.yaml; add the file");
    return;
  }
  const declared = declaredActions(sdl);
  actions.forEach((action, index) => {
    const name = isObject(action) ? action.name : undefined;
    if (typeof name !== "string") {
      folder.refuse(YAML, `has no name in actions[${index}]; add it`);
    } else if (!declared.includes(name)) {
      const reason = `has the action ${JSON.stringify(name)}, which is not in actions.graphql; declare it there, or remove it here`;
      folder.refuse(YAML, reason);
    }
  });
}

/** Names of the fields of Query and Mutation. */
function declaredActions(sdl: string): string[] {
  const bare = sdl.replace(/"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#.*$/gm, "");
  const blocks = withoutArguments(bare).matchAll(
    /\btype\s+(?:Query|Mutation)\b[^{}]*\{([^{}]*)\}/g,
  );
  return [...blocks].flatMap(([, body = ""]) =>
    [...body.matchAll(/(\w+)\s*:/g)].map(([, name = ""]) => name),
  );
}

function withoutArguments(sdl: string): string {
  const shorter = sdl.replace(/\([^()]*\)/g, "");
  return shorter === sdl ? sdl : withoutArguments(shorter);
}
