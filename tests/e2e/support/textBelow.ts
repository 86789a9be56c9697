import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** All files below a folder, as text; packed ones unpacked. */
export function textBelow(directory: string): string {
  return readdirSync(directory, { recursive: true })
    .map((name) => join(directory, String(name)))
    .filter((path) => statSync(path).isFile())
    .map((path) => {
      const content = readFileSync(path);
      return (path.endsWith(".gz") ? gunzipSync(content) : content).toString("utf8");
    })
    .join("\n");
}
