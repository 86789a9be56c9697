import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SECRETS_FILE } from "../../../infra/hasura/startScript";
import { PASSWORD_FILE } from "../../../infra/postgres/startScript";
import { docker } from "./docker";
import { environmentsBelow, SHOWS_ENVIRONMENTS } from "./runProcess";
import { isDebugMessage } from "./sinks";
import type { TestStack } from "./testStack";

/** A place where secrets have to be, and why. */
export interface SecretPlace {
  where: string;
  reason: string;
  /** Secrets that are there, and no other ones; "any" where there may be all of the stack's. */
  holds: readonly string[] | "any";
  read(stack: TestStack): Promise<string>;
}

const ENGINE_SECRETS = [
  "the admin secret",
  "the variable",
  "the signing key",
  "the JWT secret",
  "the database's URL",
  "the engine's password",
];

const inside = (container: string, file: string) => docker(["exec", container, "cat", file]);
const said = async (stack: TestStack, args: string[]) => (await stack.demand(args)).stdout;

async function debugMessages(stack: TestStack): Promise<string> {
  const log = join(stack.directory, "debug.jsonl");
  await stack.demand(["preview", "--event-log", log]);
  return readFileSync(log, "utf8").split("\n").filter(isDebugMessage).join("\n");
}

/** What Pulumi hands to the processes that it starts for a preview. */
async function environments(stack: TestStack): Promise<string> {
  const preview = stack.start(["preview"]);
  const seen = await environmentsBelow(preview);
  const { code, text } = await preview.finished;
  if (code !== 0) throw new Error(`the preview failed:\n${text}`);
  return seen;
}

const PULUMI_CONFIG: SecretPlace = {
  where: "the environments of the program and of plugins, while Pulumi runs",
  reason:
    "Pulumi hands settings to its SDKs decrypted, as PULUMI_CONFIG; /proc shows that to the same user and to root",
  holds: ["the admin secret", "the variable", "the signing key", "Clerk's secret key"],
  read: environments,
};

/** Every place where a secret of a running stack is in plain for whoever may look there; at all others it is a leak. */
export const SECRET_PLACES: readonly SecretPlace[] = [
  {
    where: "a file within the engine's container",
    reason:
      "Hasura knows no *_FILE variables, so a script reads this file into the engine's environment",
    holds: ENGINE_SECRETS,
    read: ({ engineContainer }) => inside(engineContainer, SECRETS_FILE),
  },
  {
    where: "the environment of the engine's own process",
    reason: "Hasura takes its secrets from its environment or its command line alone",
    holds: ENGINE_SECRETS,
    read: ({ engineContainer }) => inside(engineContainer, "/proc/1/environ"),
  },
  {
    where: "a file within the server's container",
    reason: "the image reads the superuser's password from it when it makes the data directory",
    holds: ["backend-postgres-password"],
    read: ({ postgresContainer }) => inside(postgresContainer, PASSWORD_FILE),
  },
  {
    where: "the outputs, with --show-secrets",
    reason: "whoever uses the stack needs them, and has to ask for them",
    holds: ENGINE_SECRETS.filter((what) => what !== "the variable"),
    read: (stack) => said(stack, ["stack", "output", "--json", "--show-secrets"]),
  },
  {
    where: "the state, decrypted with --show-secrets",
    reason: "Pulumi compares with what it set; in the state's file each is encrypted",
    holds: "any",
    read: (stack) => said(stack, ["stack", "export", "--show-secrets"]),
  },
  {
    where: "the debug messages of an event log",
    reason:
      "Pulumi's SDK logs each answer of the engine; --event-log exists with PULUMI_DEBUG_COMMANDS alone",
    holds: "any",
    read: debugMessages,
  },
  // Other systems do not show it this way, though it is there.
  ...(SHOWS_ENVIRONMENTS ? [PULUMI_CONFIG] : []),
];
