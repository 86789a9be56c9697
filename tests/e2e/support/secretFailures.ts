import { type Canary, canaryValue, type SecretSubject } from "./canaries";
import { docker } from "./docker";
import { runProcess } from "./runProcess";
import type { StackConfig } from "./testStack";

/** A failure that is brought about, and what has to be told of it. */
export interface SecretFailure {
  what: string;
  told: RegExp;
  /** Command that fails. Default: up without a preview. */
  args?: string[];
  /** Wrong settings, made of the stack's own secrets. */
  config?: (value: (what: string) => string) => StackConfig;
  variables?: NodeJS.ProcessEnv;
  arrange?(subject: SecretSubject, value: (what: string) => string): Promise<void>;
  restore?(subject: SecretSubject, value: (what: string) => string): Promise<void>;
}

/** The value of a secret by its name. */
export function valueAmong(canaries: readonly Canary[]) {
  return (what: string): string => {
    const found = canaries.find((one) => one.what === what);
    if (found === undefined) throw new Error(`there is no secret ${what}`);
    return found.value;
  };
}

const PREVIEW = ["preview", "--diff"];
const REFRESH = ["refresh", "--yes", "--skip-preview"];
const CLOSED = "127.0.0.1:9";

/** Settings that are refused, though a secret stands in the middle of each. */
const REFUSED: SecretFailure[] = [
  {
    what: "an admin secret with a line break",
    told: /adminSecret/,
    args: PREVIEW,
    config: (value) => ({ secret: { "hasura.adminSecret": `${value("the admin secret")}\nx` } }),
  },
  {
    what: "variables that are not JSON",
    told: /env: cannot be read/,
    args: PREVIEW,
    config: (value) => ({ secret: { "hasura.env": `{"A": "${value("the admin secret")}"` } }),
  },
  {
    what: "a variable that the component sets itself",
    told: /HASURA_GRAPHQL_ADMIN_SECRET/,
    args: PREVIEW,
    config: (value) => {
      const env = { HASURA_GRAPHQL_ADMIN_SECRET: value("the admin secret") };
      return { secret: { "hasura.env": JSON.stringify(env) } };
    },
  },
  {
    what: "a shared key for an algorithm with pairs",
    told: /signingKey/,
    args: PREVIEW,
    config: (value) => ({
      plain: { "template.signingKey.algorithm": "RS256" },
      secret: { "template.signingKey.key": value("the signing key") },
    }),
  },
  {
    what: "a secret key of Clerk's in the place of the publishable key",
    told: /publishableKey/,
    args: PREVIEW,
    config: (value) => ({ secret: { "identity.publishableKey": value("Clerk's secret key") } }),
  },
  {
    what: "an admin secret in the place of a role",
    told: /engineRole/,
    args: PREVIEW,
    config: (value) => ({ secret: { "postgres.engineRole": value("the admin secret") } }),
  },
];

/** The superuser's password as the server knows it; through standard input, where no command line shows it. */
async function setPassword({ stack }: SecretSubject, password: string): Promise<void> {
  const psql = ["exec", "-i", stack.postgresContainer, "psql", "-U", "postgres", "-q"];
  const input = `alter role postgres password '${password}';\n`;
  const { code, text } = await runProcess("docker", psql, { env: process.env, input });
  if (code !== 0) throw new Error(`the password could not be set:\n${text}`);
}

/** Things that go wrong in the middle. */
const BROKEN: SecretFailure[] = [
  {
    what: "a Docker engine that is away",
    told: /docker|daemon|connect/i,
    args: REFRESH,
    variables: { DOCKER_HOST: `tcp://${CLOSED}` },
  },
  {
    what: "a Clerk that is away",
    told: /Clerk's Backend API/,
    config: () => ({
      plain: { "template.apiUrl": `http://${CLOSED}`, "template.lifetimeSeconds": "61" },
    }),
  },
  {
    what: "a secret key that Clerk does not know",
    told: /Clerk's Backend API.*401/,
    config: () => ({
      plain: { "template.lifetimeSeconds": "62" },
      secret: { "template.secretKey": `sk_test_${canaryValue("Other").replace(/\W/g, "")}` },
    }),
  },
  {
    what: "a password that the server no longer takes",
    told: /password authentication failed/,
    args: REFRESH,
    arrange: (subject) => setPassword(subject, "another"),
    restore: (subject, value) => setPassword(subject, value("backend-postgres-password")),
  },
  {
    what: "a server that is stopped",
    told: /refused|connect/,
    args: REFRESH,
    arrange: async ({ stack }) => void (await docker(["stop", stack.postgresContainer])),
    restore: async ({ stack }) => void (await docker(["start", stack.postgresContainer])),
  },
  {
    what: "an image that is nowhere",
    told: /image|manifest|registry|repository|lookup/i,
    config: () => ({ plain: { "hasura.image": "127.0.0.1:9/none:v1" } }),
  },
  {
    what: "a network that is nowhere",
    told: /network/,
    config: () => ({ plain: { "hasura.networks": '["chtest-e2e-no-such-network"]' } }),
  },
];

/** More than ten kinds of failures of a stack with a template and a server of its own. */
export const SECRET_FAILURES: readonly SecretFailure[] = [...REFUSED, ...BROKEN];
