import { createHash } from "node:crypto";
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";

export interface ImageContext {
  /** Directory for expensive artefacts. */
  cacheDir: string;
  /** Runs a command and rejects when it fails. */
  run: (
    command: string,
    args: string[],
    options?: { env?: Record<string, string | undefined> },
  ) => Promise<unknown>;
  log: (line: string) => void;
  say?: (line: string) => void;
}

const REPOSITORY = "clerk-hasura.local/graphql-engine-double";

// exec: signals have to reach the engine itself, which is process 1
const START_SCRIPT = '#!/bin/sh\nexec node /opt/engine/main.cjs "$@"\n';

function dockerfile(baseImage: string) {
  return `FROM ${baseImage}
COPY node /usr/local/bin/node
COPY graphql-engine /bin/graphql-engine
COPY main.cjs /opt/engine/main.cjs
RUN chmod 755 /usr/local/bin/node /bin/graphql-engine && chmod 644 /opt/engine/main.cjs \\
 && groupadd --gid 1001 hasura && useradd --uid 1001 --gid 1001 --create-home hasura \\
 && mkdir -p /etc/ssl/certs && node --version
ENV NODE_ENV=production CLERK_HASURA_DOUBLE_QUICK_STOP=true
LABEL clerk-hasura.double="Hasura GraphQL Engine"
EXPOSE 8080
CMD ["graphql-engine", "serve"]
`;
}

/** Builds the image of the engine's double, if missing. Returns its tag, which holds a hash of its content. */
export async function buildEngineImage(
  ctx: ImageContext,
  { baseImage, bundle }: { baseImage: string; bundle: string },
): Promise<string> {
  mkdirSync(ctx.cacheDir, { recursive: true });
  const folder = mkdtempSync(join(ctx.cacheDir, "engine-image-"));
  try {
    const main = join(folder, "main.cjs");
    copyFileSync(statSync(bundle).isDirectory() ? join(bundle, "hasura.cjs") : bundle, main);
    const file = dockerfile(baseImage);
    const tag = `${REPOSITORY}:${hashOfParts([file, START_SCRIPT, readFileSync(main)])}`;
    if (await exists(ctx, tag)) return tag;
    ctx.say?.("building the image of the engine's double");
    writeFileSync(join(folder, "Dockerfile"), file);
    writeFileSync(join(folder, "graphql-engine"), START_SCRIPT);
    copyFileSync(process.execPath, join(folder, "node"));
    await ctx.run("docker", ["build", "--network", "none", "--tag", tag, folder]);
    return tag;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hashOfParts(parts: (string | Buffer)[]) {
  const hash = createHash("sha256");
  for (const part of [...parts, process.version, process.arch]) hash.update(part).update("\0");
  return hash.digest("hex").slice(0, 12);
}

async function exists(ctx: ImageContext, tag: string) {
  try {
    await ctx.run("docker", ["image", "inspect", "--format", "{{.Id}}", tag]);
    return true;
  } catch {
    return false;
  }
}
