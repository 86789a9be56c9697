/** @typedef {(flags: string, text: string, stack: string) => string} Remedy */

const LOGIN =
  "the login of the backend is missing or expired: log in again with npx pulumi login, or set PULUMI_ACCESS_TOKEN";

/** @type {Remedy} */
function yamlRemedy(_flags, text, stack) {
  const [, named] = /could not unmarshal '([^']+)'/.exec(text) ?? [];
  const file = named?.split("/").at(-1) ?? `Pulumi.${stack.split("/").at(-1)}.yaml`;
  const [, line] = /invalid YAML file[\s\S]{0,200}?\bline (\d+)/.exec(text) ?? [];
  return `${file} is not valid YAML${line ? `, line ${line}` : ""}; correct that line, then run the command again`;
}

/**
 * What to do about a failed run, by what Pulumi, its released plugins, Docker or the system said; the first that fits
 * counts.
 * @type {[RegExp, Remedy][]}
 */
const REMEDIES = [
  [
    /currently locked by|conflict: Another update/i,
    (flags) =>
      `another update holds the stack; wait for it, or after a crash run: npm run recover${flags}`,
  ],
  [/invalid YAML file/i, yamlRemedy],
  [
    /no space left on device|ENOSPC|disk quota exceeded/i,
    () =>
      "the disk is full; free some of it (docker system df and df -h show what fills it), then run the command again",
  ],
  [
    // Docker's client says the first until version 28, the second since; Docker Desktop the third.
    /permission denied while trying to connect to the (?:Docker daemon socket|docker API)|docker\.sock: connect: permission denied/i,
    () =>
      "this user may not talk to the Docker engine; run `sudo usermod -aG docker $USER`, log in again, then run the command again",
  ],
  [
    /cannot connect to the Docker daemon|failed to connect to the docker API|error during connect|error pinging Docker server|docker daemon is not running/i,
    (flags) =>
      `the Docker engine does not answer; npm run up${flags} starts it where it may; if docker:host, DOCKER_HOST or a Docker context chose another engine, start that one`,
  ],
  [
    /non-overlapping IPv4 address pool|all predefined address pools have been fully subnetted/i,
    () =>
      "Docker has no address left for a further network; remove those that nobody needs (docker network prune), then run the command again",
  ],
  [
    /cannot assign requested address/i,
    () =>
      "hasura.bindAddress or postgres.bindAddress is no address of this machine; set it to one that is, such as 127.0.0.1, then run the command again",
  ],
  [
    /network (\S+) not found/i,
    (_flags, text) => {
      const [, name] = /network (\S+) not found/i.exec(text) ?? [];
      return `there is no Docker network ${name}; make it (docker network create ${name}) or take it out of hasura.networks, then run the command again`;
    },
  ],
  [
    // As the released postgresql plugin says it.
    /error connecting to PostgreSQL server|could not start transaction: dial tcp|5432: connect: connection refused/i,
    (flags) =>
      `the Postgres server does not answer; where it is the stack's own, npm run up${flags} starts it, otherwise start it or correct postgres.external.host and postgres.external.port`,
  ],
  [
    /pending operations|interrupted|terminated by signal|already in use by container/i,
    (flags) => `an earlier update was interrupted; run: npm run recover${flags}`,
  ],
  [
    /incorrect passphrase|passphrase must be set/i,
    () =>
      "the passphrase does not fit this stack; set PULUMI_CONFIG_PASSPHRASE to the one it was made with",
  ],
  [/ACCESS_TOKEN must be set|invalid access token|not logged in|login has expired/i, () => LOGIN],
  [
    /unable to read PULUMI_CONFIG_PASSPHRASE_FILE/i,
    () =>
      "put the file of the passphrase back from your copy, or set PULUMI_CONFIG_PASSPHRASE_FILE to that copy",
  ],
  [/no stack named/i, (flags) => `make it: npm run up${flags}`],
];

/**
 * One line that says what to do about a failed Pulumi run.
 * @param {string} text What Pulumi printed.
 * @param {string} stack
 */
export function remedyFor(text, stack) {
  const flags = stack === "dev" ? "" : ` -- --stack ${stack}`;
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(text)) ?? [];
  return remedy?.(flags, text, stack) ?? "correct what is said above, then run the command again";
}
