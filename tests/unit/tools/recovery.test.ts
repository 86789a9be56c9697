import { expect } from "chai";
import { firstError } from "../../../tools/commands/pulumi";
import { type LastUpdate, wantedEnd } from "../../../tools/commands/recover";
import { remedyFor } from "../../../tools/commands/remedyFor";
import { locksOf, parseStackLock, reasonToWait } from "../../../tools/commands/stackLock";
import { instanceIds, orphansAmong } from "../../../tools/commands/stackResources";
import { withoutSalt } from "../../../tools/commands/up";

const RANDOM_ID = "random:index/randomId:RandomId";
const resource = (name: string, type: string, id: string, outputs: object = {}) => ({
  urn: `urn:pulumi:dev::clerk-hasura::${type}::${name}`,
  type,
  id,
  outputs,
});
const exported = {
  version: 3,
  deployment: {
    resources: [
      {
        urn: "urn:pulumi:dev::clerk-hasura::pulumi:pulumi:Stack::x-dev",
        type: "pulumi:pulumi:Stack",
      },
      resource("api-instance", RANDOM_ID, "q80", { hex: "abcd" }),
      resource("api-suffix", RANDOM_ID, "EjQ", { hex: "1234" }),
      resource("api-postgres", "docker:index/container:Container", "c1"),
      { ...resource("api-engine", "docker:index/container:Container", "c2"), delete: true },
    ],
  },
};

describe("orphans of a killed update", () => {
  it("finds the instance id and no other random id", () => {
    expect(instanceIds(exported)).to.deep.equal(["abcd"]);
  });
  it("names no instance whose id is no hexadecimal number", () => {
    const resources = [resource("api-instance", RANDOM_ID, "x", { hex: "" })];
    expect(instanceIds({ deployment: { resources } })).to.deep.equal([]);
  });
  it("takes only what the state does not know, not even what it is about to delete", () => {
    expect(orphansAmong(exported, ["c1", "c2", "c3"])).to.deep.equal(["c3"]);
  });
  it("copes with an empty stack", () => {
    expect(instanceIds({ version: 3, deployment: {} })).to.deep.equal([]);
    expect(orphansAmong({ version: 3, deployment: {} }, ["c1"])).to.deep.equal(["c1"]);
  });
});

describe("locks of a stack", () => {
  const machine = { host: "here", alive: (pid: number) => pid === 7 };
  it("waits for a live update", () => {
    expect(reasonToWait([{ pid: 7, hostname: "here" }], machine)).to.include("process 7");
  });
  it("ignores what a dead process left", () => {
    expect(reasonToWait([{ pid: 8, hostname: "here" }], machine)).to.equal(undefined);
    expect(reasonToWait([], machine)).to.equal(undefined);
  });
  it("does not judge a process of another machine by its number", () => {
    const text = reasonToWait([{ pid: 8, hostname: "there" }], machine);
    expect(text).to.include("there").and.include("--force");
  });
  it("sees a live lock behind a dead one", () => {
    const locks = [8, 7].map((pid) => ({ pid, hostname: "here" }));
    expect(reasonToWait(locks, machine)).to.include("process 7");
  });
  it("reads what Pulumi writes and nothing else", () => {
    const text = '{"pid":7,"username":"root","hostname":"here","timestamp":"2026-01-01T00:00:00Z"}';
    expect(parseStackLock(text)).to.deep.equal({ pid: 7, hostname: "here" });
    expect(parseStackLock('{"pid":')).to.equal(undefined);
    expect(parseStackLock('{"pid":"7"}')).to.equal(undefined);
  });
  it("cannot read locks of a service", () => {
    expect(locksOf("https://service.example.com", "dev")).to.equal(undefined);
    expect(locksOf("file:///nowhere/at/all", "dev")).to.deep.equal([]);
  });
});

describe("remedies for a failed update", () => {
  const cases: [string, RegExp][] = [
    ["error: the stack is currently locked by 1 lock(s).", /npm run recover -- --stack prod/],
    ["warning: there are 2 pending operations", /interrupted; run: npm run recover/],
    ["error: get stack secrets manager: incorrect passphrase", /is not the stack's passphrase/],
    ["Cannot connect to the Docker daemon at unix:///x. Is it running?", /Docker engine does not/],
    [
      "failed to connect to the docker API at unix:///var/run/docker.sock; check if the path is correct",
      /Docker engine does not answer; npm run up -- --stack prod/,
    ],
    ["error during connect: Get http://host:2375/v1.41/info: EOF", /Docker engine does not answer/],
    [
      "permission denied while trying to connect to the Docker daemon socket at unix:///x",
      /usermod -aG docker/,
    ],
    ["permission denied while trying to connect to the docker API at unix:///x", /usermod/],
    ["error: write /x: no space left on device", /disk is full/],
    ["could not find an available, non-overlapping IPv4 address pool", /docker network prune/],
    ["listen tcp4 10.9.9.9:80: bind: cannot assign requested address", /bindAddress/],
    ["Error response from daemon: network proxy not found", /docker network create proxy/],
    [
      "error connecting to PostgreSQL server 127.0.0.1 (scheme: postgres): dial tcp 127.0.0.1:5432: connect: connection refused",
      /npm run up -- --stack prod starts it/,
    ],
    ["error: unable to read PULUMI_CONFIG_PASSPHRASE_FILE: open /x: no such", /from your copy/],
    [
      "error: getting stack configuration: invalid YAML file: yaml: line 2: found unexpected end of stream",
      /^Pulumi\.prod\.yaml is not valid YAML, line 2; correct that line/,
    ],
    [
      "error: could not unmarshal '/x/Pulumi.yaml': invalid YAML file: yaml: unmarshal errors:\n  line 7: no",
      /^Pulumi\.yaml is not valid YAML, line 7/,
    ],
    ["error: PULUMI_ACCESS_TOKEN must be set for login", /log in again with npx pulumi login/],
    ["error: no stack named 'prod' found", /make it: npm run up -- --stack prod/],
    [
      "error: The schema was not applied: migrations/default/1_a was started outside a transaction and was interrupted; drop what it left",
      /^do what the error above asks for/,
    ],
    ["error: something else", /correct the errors above/],
  ];
  for (const [text, remedy] of cases) {
    it(`knows: ${text}`, () => {
      expect(remedyFor(text, "prod")).to.match(remedy);
    });
  }
  it("leaves the stack out where it is the usual one", () => {
    expect(remedyFor("currently locked by", "dev")).to.match(/npm run recover$/);
  });
  it("takes the error line out of Pulumi's output", () => {
    expect(firstError("warning: x\nerror: no stack named 'a' found\n")).to.equal(
      "no stack named 'a' found",
    );
  });
});

describe("withoutSalt", () => {
  it("takes out a salt that nothing is encrypted with", () => {
    expect(withoutSalt("encryptionsalt: v1:a\nconfig:\n  a:b: c\n")).to.equal(
      "config:\n  a:b: c\n",
    );
  });
  it("leaves settings with encrypted values alone", () => {
    expect(withoutSalt("encryptionsalt: v1:a\nconfig:\n  a:b:\n    secure: v1:x\n")).to.equal(
      undefined,
    );
    expect(withoutSalt("config:\n  a:b: c\n")).to.equal(undefined);
  });
});

const URN = "urn:pulumi:dev::clerk-hasura::";
const part = (value: string) => ({ labels: [{ label: "dev.clerk-hasura.part", value }] });
const ENGINE = {
  urn: `${URN}engine`,
  type: "docker:index/container:Container",
  inputs: part("hasura"),
};
const SERVER = {
  urn: `${URN}server`,
  type: "docker:index/container:Container",
  inputs: part("postgres"),
};
const READY = { urn: `${URN}ready`, type: "command:local:Command", dependencies: [ENGINE.urn] };
const VOLUME = { urn: `${URN}volume`, type: "docker:index/volume:Volume", protect: false };
const stackOf = (containers: object) => ({
  urn: `${URN}stack`,
  type: "pulumi:pulumi:Stack",
  outputs: { containers },
});
const UP = stackOf({ hasura: "h", postgres: "p" });

const state = (resources: object[], deleting: object[] = [], type = "deleting") => ({
  version: 3,
  deployment: {
    resources,
    pending_operations: deleting.map((resource) => ({ resource, type })),
  },
});
const DESTROY: LastUpdate = { kind: "destroy", result: "failed" };

describe("what an interrupted command wanted", () => {
  const cases: [string, unknown, LastUpdate | undefined, string][] = [
    ["nothing was under way", state([UP, VOLUME, SERVER, ENGINE, READY]), undefined, "up"],
    ["an empty stack", state([]), undefined, "up"],
    [
      "the engine was being made",
      state([UP, VOLUME, SERVER], [ENGINE], "creating"),
      undefined,
      "up",
    ],
    [
      "an update was replacing the engine",
      state([UP, VOLUME, SERVER, ENGINE, READY], [ENGINE]),
      undefined,
      "up",
    ],
    [
      "an update was replacing the engine, and its ready step waits to be made again",
      state([UP, VOLUME, SERVER, ENGINE, { ...READY, pendingReplacement: true }], [ENGINE]),
      undefined,
      "up",
    ],
    [
      "an update was deleting something that the program no longer has",
      state([UP, VOLUME, SERVER, ENGINE, READY], [{ urn: `${URN}template`, type: "x" }]),
      undefined,
      "up",
    ],
    [
      "a destroy had reached the engine",
      state([UP, VOLUME, SERVER, ENGINE], [ENGINE]),
      undefined,
      "removed",
    ],
    [
      "a destroy had reached the server",
      state([UP, VOLUME, SERVER], [SERVER]),
      undefined,
      "removed",
    ],
    ["a destroy was stopped in good order", state([UP, VOLUME]), DESTROY, "removed"],
    ["a destroy was refused", state([UP, VOLUME, SERVER, ENGINE, READY]), DESTROY, "up"],
    [
      "a destroy succeeded earlier",
      state([UP, VOLUME]),
      { kind: "destroy", result: "succeeded" },
      "up",
    ],
    [
      "a destroy had begun, and the data is protected",
      state([UP, { ...VOLUME, protect: true }, SERVER], [SERVER]),
      undefined,
      "stopped",
    ],
    [
      "npm run down was stopping it",
      state([stackOf({}), VOLUME, SERVER, ENGINE], [ENGINE]),
      undefined,
      "stopped",
    ],
  ];
  for (const [what, exported, last, wanted] of cases) {
    it(`is ${wanted} where ${what}`, () => expect(wantedEnd(exported, last)).to.equal(wanted));
  }
});
