import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { isObject } from "../validation/isObject";

/** What a file of YAML holds; empty without such a file. Throws where it is not YAML. */
export function yamlIn(root: string, file: string): Record<string, unknown> {
  const path = join(root, file);
  const content = existsSync(path) ? load(readFileSync(path, "utf8")) : undefined;
  return isObject(content) ? content : {};
}

/** The configuration in a stack's file or in Pulumi.yaml, encrypted values as `{ secure }`; empty without such a file. Throws where it is not YAML. */
export function configIn(root: string, file: string): Record<string, unknown> {
  const { config } = yamlIn(root, file);
  return isObject(config) ? config : {};
}

/** Name of the file with the settings of a stack, whose name may have an organization before it. */
export function stackFileName(stack: string): string {
  return `Pulumi.${stack.split("/").at(-1)}.yaml`;
}

/** Whether a value of the file is encrypted. */
export function isEncrypted(value: unknown): boolean {
  return isObject(value) && typeof value.secure === "string" && Object.keys(value).length === 1;
}

/** Paths of the encrypted values of a stack's file, by the key of a project and with dots, such as `hasura.adminSecret`; of an encrypted item, that of its list. */
export function encryptedPaths(config: Record<string, unknown>, project: string): string[] {
  const within = (value: unknown, path: string): string[] => {
    if (isEncrypted(value)) return [path];
    if (Array.isArray(value)) return value.some(isEncrypted) ? [path] : [];
    if (!isObject(value)) return [];
    return Object.entries(value).flatMap(([name, inner]) => within(inner, `${path}.${name}`));
  };
  const own = Object.entries(config).filter(([key]) => key.startsWith(`${project}:`));
  return own.flatMap(([key, value]) => within(value, key.slice(project.length + 1)));
}
