import { docker, inspect, tryDocker } from "./docker";
import { demandProcess } from "./runProcess";

/** An image made of another. */
export interface DerivedImage {
  tag: string;
  remove(): Promise<void>;
}

/** Builds an image with one more label, and what else a test wants of it, without any network. */
export async function derivedImage(
  from: string,
  tag: string,
  lines: string[] = [],
): Promise<DerivedImage> {
  const input = [`FROM ${from}`, `LABEL clerk-hasura.test="${tag}"`, ...lines, ""].join("\n");
  await demandProcess("docker", ["build", "--network", "none", "--tag", tag, "-"], {
    env: process.env,
    input,
    timeoutMs: 120_000,
  });
  return {
    tag,
    remove: async () => {
      await tryDocker(["image", "rm", tag]);
    },
  };
}

/** The id of the image that a container runs. */
export function imageOf(container: string): Promise<string> {
  return inspect(container, "{{.Image}}");
}

/** Gives an image one more name. */
export async function secondTag(from: string, tag: string): Promise<DerivedImage> {
  await docker(["tag", from, tag]);
  return {
    tag,
    remove: async () => {
      await tryDocker(["image", "rm", tag]);
    },
  };
}
