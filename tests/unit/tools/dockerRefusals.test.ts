import { createServer } from "node:net";
import { expect } from "chai";
import { failedStep } from "../../../tools/commands/demandSuccess";
import { stackDocker, withoutSecretLines } from "../../../tools/commands/stackDocker";
import { portHolder, takenName, takenPort, takenRemedy } from "../../../tools/commands/takenRemedy";
import { freePorts } from "../../e2e/support/exampleStack";

const docker = (answer: string, local = true) => ({
  local,
  run: async () => answer,
  logs: async () => "",
});
const around = (answer: string, local?: boolean) => ({
  stack: "s",
  exported: {
    deployment: {
      resources: [
        {
          urn: "urn::backend-instance",
          type: "random:index/randomId:RandomId",
          outputs: { hex: "abcd" },
        },
      ],
    },
  },
  docker: docker(answer, local),
});

describe("a port that is taken", () => {
  const cases: [string, string, { port: number; setting: string }][] = [
    [
      "by a process, as Docker 20 says it",
      "driver failed programming external connectivity on endpoint x-dev-backend-postgres (c8): Error starting userland proxy: listen tcp4 127.0.0.1:5432: bind: address already in use",
      { port: 5432, setting: "postgres.port" },
    ],
    [
      "by a container",
      "driver failed programming external connectivity on endpoint x-dev-backend-hasura (c8): Bind for 127.0.0.1:8080 failed: port is already allocated",
      { port: 8080, setting: "hasura.port" },
    ],
    [
      "as Docker 28 says it",
      "failed to set up container networking: driver failed programming external connectivity on endpoint x-dev-backend-hasura (c8): failed to bind host port 127.0.0.1:8080/tcp: address already in use",
      { port: 8080, setting: "hasura.port" },
    ],
    [
      "with the container's own address beside it",
      "endpoint x-backend-postgres (c8): failed to bind host port for 0.0.0.0:5433:172.17.0.2:5432/tcp: address already in use",
      { port: 5433, setting: "postgres.port" },
    ],
    [
      "on Docker Desktop, below Pulumi's heading",
      "  docker:index:Container (backend-postgres-container):\n    error: ports are not available: exposing port TCP 127.0.0.1:5432 -> 127.0.0.1:0: listen tcp 127.0.0.1:5432: bind: address already in use",
      { port: 5432, setting: "postgres.port" },
    ],
    [
      "of IPv6",
      "endpoint x-backend-hasura (c8): listen tcp6 [::1]:8080: bind: address already in use",
      { port: 8080, setting: "hasura.port" },
    ],
  ];
  for (const [how, text, taken] of cases) {
    it(`is found ${how}`, () => expect(takenPort(text)).to.deep.equal(taken));
  }

  it("is not found in other errors", () => {
    expect(takenPort("dial tcp 127.0.0.1:5432: connect: connection refused")).to.equal(undefined);
  });

  it("is told with its holder and its setting", async () => {
    const [, text] = cases[1] ?? [];
    const remedy = await takenRemedy(text ?? "", around("other\n"));
    expect(remedy).to.match(
      /^port 8080 \(setting hasura\.port\) is in use by the container other; /,
    );
    expect(remedy).to.include("npx pulumi config set --path hasura.port NUMBER --stack s");
  });

  it("is traced to the process that listens on it, on this machine only", async () => {
    const [port = 0] = await freePorts(1);
    const server = createServer().listen(port, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    try {
      expect(await portHolder(port, docker(""))).to.match(new RegExp(`\\(${process.pid}\\)$`));
      expect(await portHolder(port, docker("", false))).to.equal(undefined);
    } finally {
      server.close();
    }
    expect(await portHolder(port, docker(""))).to.equal(undefined);
  });
});

describe("a name that is taken", () => {
  const container = `Conflict. The container name "/x-backend-postgres" is already in use by container "0f". You have to remove (or rename) that container`;

  it("is read out of what Docker says", () => {
    expect(takenName(container)).to.deep.equal({ kind: "container", name: "x-backend-postgres" });
    const network = "Error response from daemon: network with name x-network already exists";
    expect(takenName(network)).to.deep.equal({ kind: "network", name: "x-network" });
    expect(takenName("no such container: x")).to.equal(undefined);
  });

  const owners: [string, string, RegExp][] = [
    ["this stack", '{"dev.clerk-hasura.instance":"abcd"}', /run: npm run recover -- --stack s$/],
    ["another checkout", '{"dev.clerk-hasura.instance":"ef01"}', /another checkout or an earlier/],
    ["somebody else", "null", /this project did not make; .*docker rm x-backend-postgres/],
  ];
  for (const [owner, labels, remedy] of owners) {
    it(`is told with the right remedy where it is of ${owner}`, async () => {
      expect(await takenRemedy(container, around(labels))).to.match(remedy);
    });
  }
});

describe("what a container or a step said last", () => {
  it("holds no password, key or token", () => {
    const text = [
      "FATAL: could not start",
      "ERROR: role password 'canary1' is wrong",
      "-----BEGIN RSA PRIVATE KEY----- canary2",
      `token ${"canary3".repeat(6)} refused`,
    ].join("\n");
    const lines = withoutSecretLines(text);
    expect(lines[0]).to.equal("FATAL: could not start");
    expect(lines.join()).to.not.match(/canary\d/);
  });

  it("is one paragraph: what was waited for, and what it printed", () => {
    const text = `Updating\n\nDiagnostics:
  command:local:Command (backend-postgres-ready):
    no answer
    error: exit status 1: running "wait until Postgres responds":
    Postgres does not answer; its last words:
    FATAL: no
  pulumi:pulumi:Stack (x):
    error: update failed
`;
    expect(failedStep(text)).to.equal(
      "step failed: wait until Postgres responds\n  Postgres does not answer; its last words:\n  FATAL: no",
    );
    expect(failedStep("Diagnostics:\n    error: update failed\n")).to.equal(undefined);
  });
});

describe("the Docker engine of a stack", () => {
  const exported = (inputs: object) => ({
    deployment: { resources: [{ urn: "p", type: "pulumi:providers:docker", inputs }] },
  });

  it("is the one that docker:host named, before the shell's", () => {
    expect(stackDocker(exported({}), {}).local).to.equal(true);
    expect(stackDocker(exported({ host: "unix:///x" }), { DOCKER_HOST: "ssh://y" }).local).to.equal(
      true,
    );
    expect(stackDocker(exported({ host: "ssh://x" }), {}).local).to.equal(false);
    expect(stackDocker(exported({}), { DOCKER_HOST: "tcp://y:1" }).local).to.equal(false);
  });
});
