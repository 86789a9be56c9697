import { createHash } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
} from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import { CORE_SCHEMA, load, Type, YAMLException } from "js-yaml";
import type { ProblemList } from "../validation/problems";

const MEGABYTE = 1024 * 1024;
const FILE_MB = 10;
const FOLDER_MB = 32;

/** A file by its path within the folder. */
export interface SchemaFile {
  path: string;
  content: string;
}

/** What a folder holds. */
export interface Entry {
  name: string;
  isFolder: boolean;
}

/** The CLI, too, turns the tag into a text (cli/internal/metadataobject). */
const INCLUDE = new Type("!include", {
  kind: "scalar",
  construct: (file: unknown) => `!include ${file}`,
});
const MERGE = new Type("tag:yaml.org,2002:merge", {
  kind: "scalar",
  resolve: (key: unknown) => key === "<<",
});
/** Dates and `yes` stay text, as in the CLI. */
const YAML = CORE_SCHEMA.extend({ implicit: [MERGE], explicit: [INCLUDE] });

/** Whether a relative path, or an absolute one, leads out of a folder. */
export function leadsOut(path: string): boolean {
  return path === ".." || path.startsWith("../") || isAbsolute(path);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The files of a schema, of which it keeps those that were read. Every problem names the file's path as the user can open it. */
export class SchemaFolder {
  private readonly contents = new Map<string, string>();
  private readonly path: string;
  private readonly root: string;
  private readonly real: string;
  private readonly problems: ProblemList;
  private bytes = 0;

  /** The folder must exist. Problems show `path`, which is relative to `base`. */
  constructor(path: string, problems: ProblemList, base: string) {
    this.path = path;
    this.root = join(base, path);
    this.real = realpathSync(this.root);
    this.problems = problems;
  }

  /** Files read so far, sorted by path. */
  get files(): SchemaFile[] {
    const sorted = [...this.contents].sort(([one], [other]) => (one < other ? -1 : 1));
    return sorted.map(([path, content]) => ({ path, content }));
  }

  refuse(path: string, reason: string): undefined {
    this.problems.add(join(this.path, path), reason);
    return undefined;
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** What a folder holds, sorted by name, without names that begin with a dot; undefined where there is no such folder. */
  entries(path: string): Entry[] | undefined {
    const at = join(this.root, path);
    if (!this.has(path) || !this.isInside(path)) return undefined;
    if (!statSync(at).isDirectory()) return this.refuse(path, "is a file; a folder is required");
    const names = readdirSync(at).filter((name) => !name.startsWith("."));
    const inside = names.sort().filter((name) => this.isInside(join(path, name)));
    return inside.map((name) => ({ name, isFolder: statSync(join(at, name)).isDirectory() }));
  }

  /** A file's text with LF line ends; undefined where it cannot be used, which is reported. */
  text(path: string): string | undefined {
    const known = this.contents.get(path);
    if (known !== undefined) return known;
    if (!this.has(path)) return this.refuse(path, "is missing; add the file");
    if (!this.isInside(path) || !this.isSmall(path)) return undefined;
    const content = this.decoded(path);
    if (content !== undefined) this.contents.set(path, content);
    return content;
  }

  /** What a YAML file holds, null where it is empty; undefined where it cannot be used, which is reported. */
  yaml(path: string): unknown {
    const content = this.text(path);
    if (content === undefined) return undefined;
    try {
      // Anchors may make circles, which JSON refuses.
      return JSON.parse(JSON.stringify(load(content, { schema: YAML }) ?? null));
    } catch (error) {
      return this.refuse(path, `is not YAML: ${yamlError(error)}; correct it`);
    }
  }

  private isInside(path: string): boolean {
    try {
      const real = realpathSync(join(this.root, path));
      accessSync(real, constants.R_OK);
      if (!leadsOut(relative(this.real, real))) return true;
      this.refuse(path, "is a link that leads out of the folder; copy the file instead");
    } catch {
      this.refuse(path, "cannot be read; correct its link or its permissions, or remove it");
    }
    return false;
  }

  private isSmall(path: string): boolean {
    const stats = statSync(join(this.root, path));
    if (!stats.isFile()) return this.refuse(path, "is a folder; a file is required") ?? false;
    const wasSmall = this.bytes <= FOLDER_MB * MEGABYTE;
    this.bytes += stats.size;
    if (stats.size > FILE_MB * MEGABYTE) {
      this.refuse(path, `is larger than ${FILE_MB} MB; allowed: up to ${FILE_MB} MB; split it`);
    } else if (wasSmall && this.bytes > FOLDER_MB * MEGABYTE) {
      const reason = `holds more than ${FOLDER_MB} MB; allowed: up to ${FOLDER_MB} MB; load large data in another way`;
      this.refuse("", reason);
    } else {
      return wasSmall;
    }
    return false;
  }

  private decoded(path: string): string | undefined {
    const bytes = readFileSync(join(this.root, path));
    const save = "save it as UTF-8 without a byte order mark";
    let content: string;
    try {
      content = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      return this.refuse(path, `is not UTF-8; ${save}`);
    }
    if (content.startsWith("\uFEFF")) {
      return this.refuse(path, `begins with a byte order mark; ${save}`);
    }
    if (content.includes("\0")) return this.refuse(path, "holds a NUL byte; remove it");
    return content.replaceAll("\r\n", "\n");
  }
}

function yamlError(error: unknown): string {
  if (!(error instanceof YAMLException)) return "an anchor contains itself";
  return `line ${error.mark.line + 1}: ${error.reason}`;
}
