import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CLI_VARIANT } from "../../../infra/schema/schemaArgs";

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
const CLI_SCRIPT = '#!/bin/sh\nexec node /opt/engine/cli.cjs "$@"\n';
// The real one starts an engine of its own and applies what it finds; nothing here may depend on that.
const ENTRYPOINT =
  '#!/bin/sh\necho "the double of the cli-migrations image applies nothing by itself: set an entrypoint" >&2\nexit 1\n';

function dockerfile(baseImage: string) {
  return `FROM ${baseImage}
COPY node /usr/local/bin/node
COPY graphql-engine /bin/graphql-engine
COPY main.cjs /opt/engine/main.cjs
RUN chmod 755 /usr/local/bin/node /bin/graphql-engine && chmod 644 /opt/engine/main.cjs \\
 && groupadd --gid 1001 hasura && useradd --uid 1001 --gid 1001 --create-home hasura \\
 && mkdir -p /etc/ssl/certs && rm -f /usr/bin/psql /usr/bin/pg_* && node --version
ENV NODE_ENV=production CLERK_HASURA_DOUBLE_QUICK_STOP=true
LABEL clerk-hasura.double="Hasura GraphQL Engine"
EXPOSE 8080
CMD ["graphql-engine", "serve"]
`;
}

const cliDockerfile = (engine: string) => `FROM ${engine}
COPY hasura-cli docker-entrypoint.sh /bin/
COPY cli.cjs /opt/engine/cli.cjs
RUN chmod 755 /bin/hasura-cli /bin/docker-entrypoint.sh && chmod 644 /opt/engine/cli.cjs \\
 && mkdir /.hasura && chmod g=u /.hasura && tar --version
ENV HASURA_GRAPHQL_SHOW_UPDATE_NOTIFICATION=false HASURA_GRAPHQL_CLI_ENVIRONMENT=server-on-docker
LABEL clerk-hasura.double="Hasura GraphQL Engine and hasura-cli"
ENTRYPOINT ["docker-entrypoint.sh"]
`;

/**
 * Builds the image of the engine's double, and the one with hasura-cli besides, if missing. Returns the engine's tag,
 * which holds a hash of the content of both.
 */
export async function buildEngineImage(
  ctx: ImageContext,
  { baseImage, bundles }: { baseImage: string; bundles: string },
): Promise<string> {
  const file = dockerfile(baseImage);
  const scripts = { "graphql-engine": START_SCRIPT };
  const cliScripts = { "hasura-cli": CLI_SCRIPT, "docker-entrypoint.sh": ENTRYPOINT };
  const [main, cli] = ["hasura.cjs", "hasuraCli.cjs"].map((name) =>
    readFileSync(join(bundles, name)),
  ) as [Buffer, Buffer];
  const texts = [file, cliDockerfile(""), ...Object.values({ ...scripts, ...cliScripts })];
  const engine = `${REPOSITORY}:${hashOfParts([...texts, main, cli])}`;
  const node = readFileSync(process.execPath);
  await build(ctx, engine, { ...scripts, Dockerfile: file, "main.cjs": main, node });
  const cliFiles = { ...cliScripts, Dockerfile: cliDockerfile(engine), "cli.cjs": cli };
  await build(ctx, engine + CLI_VARIANT, cliFiles);
  return engine;
}

async function build(ctx: ImageContext, tag: string, files: Record<string, string | Buffer>) {
  if (await exists(ctx, tag)) return;
  ctx.say?.(`building ${tag}`);
  mkdirSync(ctx.cacheDir, { recursive: true });
  const folder = mkdtempSync(join(ctx.cacheDir, "engine-image-"));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
    await ctx.run("docker", ["build", "--network", "none", "--tag", tag, folder]);
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
