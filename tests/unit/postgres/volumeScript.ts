import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stepInterpreter } from "../../../infra/docker/dockerStep";
import { runProcess } from "../../e2e/support/runProcess";

/** What Docker says of the volume. */
export interface FoundVolume {
  present: boolean;
  instance?: string;
  stack?: string;
  /** What inspecting fails with. Default: that there is no such volume. */
  error?: string;
}

interface Run {
  volume: FoundVolume;
  env?: Record<string, string>;
  args?: string[];
  /** What the image says of itself and the volume; absent where it cannot be run. */
  facts?: string;
}

/** Answers as Docker would, and keeps each `docker run` that writes, with its script, in \`ran\`. */
const DOCKER = `#!/bin/sh
case "$*" in
  "volume inspect --format"*instance*) echo "$LABEL_INSTANCE" ;;
  "volume inspect --format"*stack*) echo "$LABEL_STACK" ;;
  "volume inspect"*) [ -z "$INSPECT_ERROR" ] || { echo "$INSPECT_ERROR" >&2; exit 1; } ;;
  *:rw,nocopy*) { echo "$*"; sed '/^exit$/q'; } >> "$RAN" ;;
  run*) cat "$FACTS" || exit 125 ;;
esac
`;

/** Runs a script that looks at a volume as the command plugin runs it, with a Docker that says what the test wants. */
export async function runVolumeScript(script: string, { volume, env, args = [], facts }: Run) {
  const directory = mkdtempSync(join(tmpdir(), "clerk-hasura-volume-"));
  const ran = join(directory, "ran");
  try {
    writeFileSync(join(directory, "docker"), DOCKER);
    chmodSync(join(directory, "docker"), 0o755);
    if (facts !== undefined) writeFileSync(join(directory, "facts"), facts);
    const missing = volume.error ?? "Error: No such volume: it";
    const variables = {
      PATH: `${directory}:${process.env.PATH}`,
      VOLUME: "shop-dev-api-postgres-data",
      INSTANCE: "0123456789abcdef",
      ADOPT: "",
      LABEL_INSTANCE: volume.instance ?? "",
      LABEL_STACK: volume.stack ?? "",
      INSPECT_ERROR: volume.present ? "" : missing,
      FACTS: join(directory, "facts"),
      RAN: ran,
      ...env,
    };
    const [shell = "", ...command] = [...stepInterpreter(script), ...args];
    const finished = await runProcess(shell, command, { env: variables });
    return { ...finished, ran: existsSync(ran) ? readFileSync(ran, "utf8") : "" };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
