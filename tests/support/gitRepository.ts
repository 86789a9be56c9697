import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const AUTHOR = ["-c", "user.name=Test", "-c", "user.email=test@example.invalid"];

/** A git repository in a temporary folder. */
export class GitRepository {
  readonly folder = mkdtempSync(join(tmpdir(), "clerk-hasura-git-"));

  constructor() {
    this.git("init", "--quiet");
  }

  git(...args: string[]): void {
    execFileSync("git", [...AUTHOR, ...args], { cwd: this.folder });
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.folder, path)), { recursive: true });
    writeFileSync(join(this.folder, path), text);
  }

  /** Commits everything, or nothing where nothing changed. */
  commit(): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--allow-empty", "--message", "All of it");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }
}
