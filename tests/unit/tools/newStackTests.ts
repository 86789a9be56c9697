import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArguments } from "../../../tools/commandLine";
import { newStack } from "../../../tools/commands/newStack";
import { CommandFailed } from "../../../tools/setup/context";
import { UserError } from "../../../tools/setup/userError.mjs";

export const keyOf = (kind: "test" | "live", host = "clerk.example.com") =>
  `pk_${kind}_${Buffer.from(`${host}$`).toString("base64")}`;

export interface Call {
  args: string[];
  env: NodeJS.ProcessEnv;
  input?: string;
}

export interface Made {
  calls: Call[];
  said: string;
  asked: string[];
  error?: UserError;
}

export interface Situation {
  env?: NodeJS.ProcessEnv;
  /** Whether a login is used instead of the checkout's own backend. */
  login?: boolean;
  /** What the person answers, by a word of the question; absent where nobody is there. */
  answers?: Record<string, string>;
  /** Files of the checkout. */
  files?: Record<string, string>;
  /** Error text of the first run of Pulumi whose arguments begin with these. */
  fails?: [string, string];
}

/** A checkout of its own, and a Pulumi that only writes down how it was called. */
export class NewStackTests {
  readonly root = mkdtempSync(join(tmpdir(), "new-stack-"));

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  path(file: string): string {
    return join(this.root, file);
  }

  async run(args: string[], situation: Situation = {}): Promise<Made> {
    const { env = {}, login = false, answers, files = {}, fails } = situation;
    const made: Made = { calls: [], said: "", asked: [] };
    for (const [file, text] of Object.entries(files)) writeFileSync(this.path(file), text);
    const pulumi = async (given: string[], options: Omit<Call, "args">) => {
      made.calls.push({ args: given, ...options });
      if (given[1] === "init") {
        const name = given[2]?.split("/").at(-1);
        writeFileSync(this.path(`Pulumi.${name}.yaml`), "config: {}\n");
      }
      if (fails && given.join(" ").startsWith(fails[0])) {
        throw new CommandFailed("pulumi", given, "failed with exit code 1", fails[1]);
      }
      return "";
    };
    const ask = async (question: string) => {
      made.asked.push(question);
      const word = Object.keys(answers ?? {}).find((it) => question.includes(it));
      return word === undefined ? "" : (answers?.[word] ?? "");
    };
    try {
      await newStack(parseArguments("new-stack", args), {
        root: this.root,
        env,
        ownBackend: login ? undefined : "file:///checkout/.local/state",
        ask: answers && ask,
        pulumi,
        say: (text: string) => {
          made.said += text;
        },
      });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      made.error = error;
    }
    return made;
  }
}
