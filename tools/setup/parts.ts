import { dirname, join } from "node:path";
import type { Backend } from "./backend";
import type { PartsChoice } from "./context";
import {
  cliImages,
  type LocalImages,
  namedImages,
  OTHER_POSTGRES_MAJOR,
  RELEASED_IMAGES,
} from "./images";
import { accountHome, type Paths } from "./paths";
import { PLUGINS } from "./plugins";
import type { PulumiCli } from "./pulumiCli";
import { UserError } from "./userError.mjs";

/** One part of the stack, as it is on this machine. */
export interface Part {
  name: string;
  /** "named": chosen by an environment variable. */
  kind: "released" | "built here" | "double" | "named";
  detail: string;
}

/** What this checkout's Pulumi runs with; written to .local/parts.json. */
export interface Parts {
  parts: Part[];
  /** Set unless the user has set the variable. */
  env: Record<string, string>;
  /** Directories to put before PATH. */
  path: string[];
  /** Absolute path of the real CLI. */
  pulumi: string;
  /** Pulumi home of this checkout, if its plugins are not the released ones. */
  home?: string;
  /** The user's login unless PULUMI_HOME says otherwise; set with `home`. */
  login?: string;
}

export interface Found {
  cli: PulumiCli;
  releasedPlugins: boolean;
  /** Undefined for released ones. */
  images: LocalImages | undefined;
  backend: Backend;
  /** Version of the engine. */
  docker: string;
  /** Directories of commands for tests only. */
  tools: string[];
}

/**
 * Reads CLERK_HASURA_PARTS. Default: "auto".
 * @throws UserError for any other value.
 */
export function partsChoice(value: string | undefined): PartsChoice {
  if (value === undefined || value === "") return "auto";
  if (value === "auto" || value === "released" || value === "local") return value;
  throw new UserError(
    `CLERK_HASURA_PARTS is ${JSON.stringify(value)}; allowed: auto, released, local; unset it for auto`,
    2,
  );
}

/** Returns every part and its kind on this machine. */
export function describeParts(found: Found, env: NodeJS.ProcessEnv = process.env): Part[] {
  const { cli, releasedPlugins, images, docker } = found;
  const plugins = PLUGINS.map(({ name, version, double }): Part => {
    const kind = releasedPlugins ? "released" : double ? "double" : "built here";
    return { name: `${name} plugin`, kind, detail: version };
  });
  const { postgres, engine } = images ?? RELEASED_IMAGES;
  const named = namedImages(env);
  const image = (name: string, local: Part["kind"], detail: string, chosen?: string): Part =>
    chosen
      ? { name, kind: "named", detail: chosen }
      : { name, kind: images ? local : "released", detail };
  return [
    { name: "Docker engine", kind: "released", detail: docker },
    { name: "Pulumi CLI", kind: cli.kind, detail: cli.version },
    { name: "Node language host", kind: cli.languageHost ? "released" : "double", detail: "" },
    ...plugins,
    image("Postgres image", "built here", postgres, named.postgres),
    image("Hasura engine", "double", engine, named.engine),
    ...cliImages(named.engine ?? engine).map((name) =>
      image("Hasura CLI image", "double", name, named.engine && name),
    ),
  ];
}

export function composeParts(paths: Paths, found: Found): Parts {
  const { cli, releasedPlugins, images, backend, tools } = found;
  const env: Record<string, string> = { PULUMI_SKIP_UPDATE_CHECK: "true", ...backend.env };
  if (images) {
    env.CLERK_HASURA_POSTGRES_IMAGE = images.postgres;
    env.CLERK_HASURA_POSTGRES_MAJOR = String(images.postgresMajor);
    env.CLERK_HASURA_ENGINE_IMAGE = images.engine;
  }
  if (images?.otherPostgres) {
    env.CLERK_HASURA_OTHER_POSTGRES_IMAGE = images.otherPostgres;
    env.CLERK_HASURA_OTHER_POSTGRES_MAJOR = String(OTHER_POSTGRES_MAJOR);
  }
  return {
    parts: describeParts(found),
    env,
    path: [dirname(cli.binary), ...tools],
    pulumi: cli.binary,
    ...(!releasedPlugins && { home: paths.pulumiHome, login: join(accountHome(), ".pulumi") }),
  };
}

export function countKinds(parts: readonly Part[]): string {
  const count = (kind: Part["kind"]) => parts.filter((part) => part.kind === kind).length;
  const named = count("named") > 0 ? `, ${count("named")} named` : "";
  return `${count("released")} released, ${count("built here")} built here, ${count("double")} doubles${named}`;
}
