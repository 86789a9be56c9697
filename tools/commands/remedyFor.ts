import { npmRun } from "../commandLine";

type Remedy = (stack: string, text: string) => string;

const LOGIN =
  "the login of the backend is missing or expired: log in again with npx pulumi login, or set PULUMI_ACCESS_TOKEN";

const yamlRemedy: Remedy = (stack, text) => {
  const [, named] = /could not unmarshal '([^']+)'/.exec(text) ?? [];
  const file = named?.split("/").at(-1) ?? `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const [, line] = /invalid YAML file[\s\S]{0,200}?\bline (\d+)/.exec(text) ?? [];
  return `${file} is not valid YAML${line ? `, line ${line}` : ""}; correct that line, then run the command again`;
};

/** Remedies by what Pulumi, its plugins, Docker or the system said; the first match counts. */
const REMEDIES: readonly [RegExp, Remedy][] = [
  [
    /currently locked by|conflict: Another update/i,
    (stack) =>
      `another update holds the stack; wait for it, or after a crash run: ${npmRun("recover", stack)}`,
  ],
  [
    // It names what was interrupted, and what Postgres said.
    /The schema was not applied|the file was rolled back/,
    () => "do what the error above asks for, then run the command again",
  ],
  [/invalid YAML file/i, yamlRemedy],
  [
    /no space left on device|ENOSPC|disk quota exceeded/i,
    () =>
      "the disk is full; free some of it (docker system df and df -h show what fills it), then run the command again",
  ],
  [
    // The first is from Docker's client up to 27, the second from 28 on.
    /permission denied while trying to connect to the (?:Docker daemon socket|docker API)|docker\.sock: connect: permission denied/i,
    () =>
      "this user may not use the Docker engine; run `sudo usermod -aG docker $USER`, log in again, then run the command again",
  ],
  [
    /cannot connect to the Docker daemon|failed to connect to the docker API|error during connect|error pinging Docker server|docker daemon is not running/i,
    (stack) =>
      `the Docker engine does not answer; ${npmRun("up", stack)} starts it where it may; if docker:host, DOCKER_HOST or a Docker context chose another engine, start that one`,
  ],
  [
    /non-overlapping IPv4 address pool|all predefined address pools have been fully subnetted/i,
    () =>
      "Docker has no address range left for another network; remove unused ones (docker network prune), then run the command again",
  ],
  [
    /cannot assign requested address/i,
    () =>
      "hasura.bindAddress or postgres.bindAddress is no address of this machine; set it to one that is, such as 127.0.0.1, then run the command again",
  ],
  [
    /network (\S+) not found/i,
    (_stack, text) => {
      const [, name] = /network (\S+) not found/i.exec(text) ?? [];
      return `there is no Docker network ${name}; make it (docker network create ${name}) or take it out of hasura.networks, then run the command again`;
    },
  ],
  [
    // Messages of the released postgresql plugin.
    /error connecting to PostgreSQL server|could not start transaction: dial tcp|5432: connect: connection refused/i,
    (stack) =>
      `the Postgres server does not answer; where it is the stack's own, ${npmRun("up", stack)} starts it, otherwise start it or correct postgres.external.host and postgres.external.port`,
  ],
  [
    /pending operations|interrupted|terminated by signal|already in use by container/i,
    (stack) => `an earlier update was interrupted; run: ${npmRun("recover", stack)}`,
  ],
  [
    /incorrect passphrase|passphrase must be set/i,
    () =>
      "this is not the stack's passphrase; set PULUMI_CONFIG_PASSPHRASE to the one it was created with",
  ],
  [/ACCESS_TOKEN must be set|invalid access token|not logged in|login has expired/i, () => LOGIN],
  [
    /unable to read PULUMI_CONFIG_PASSPHRASE_FILE/i,
    () =>
      "restore the passphrase file from your copy, or set PULUMI_CONFIG_PASSPHRASE_FILE to that copy",
  ],
  [/no stack named/i, (stack) => `make it: ${npmRun("up", stack)}`],
];

/** Returns one line that says what to do about a failed run of Pulumi. */
export function remedyFor(text: string, stack: string) {
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(text)) ?? [];
  return remedy?.(stack, text) ?? "correct the errors above, then run the command again";
}
