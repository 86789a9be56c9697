import { expect } from "chai";
import { type LastUpdate, wantedEnd } from "../../../tools/commands/recover";

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
