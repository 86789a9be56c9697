import { randomBytes } from "node:crypto";
import { expect } from "chai";
import type { Fault } from "../../airgap/doubles/clerk/faults";
import { type Canary, leaksIn } from "./support/canaries";
import { startClerk } from "./support/clerk";
import type { Finished } from "./support/runProcess";
import type { TestClerk } from "./support/testClerk";
import { changedNothing, countsOf, TestStack } from "./support/testStack";

const PATH = "/v1/jwt_templates*";
const UP = ["up", "--yes", "--skip-preview"];

/** A fault and what the line about it has to hold. */
type Row = [what: string, fault: Fault, words: (string | RegExp)[]];

const TRACE = /clerk_trace_id [0-9a-f]{32}/;
const STATUS_ROWS: Row[] = [
  [
    "401",
    { kind: "status", status: 401 },
    ["status 401", "clerk_key_invalid", TRACE, "set the current one"],
  ],
  [
    "402",
    { kind: "status", status: 402 },
    ["status 402", "unsupported_subscription_plan_features", TRACE, "claims: session-token"],
  ],
  [
    "422",
    { kind: "status", status: 422, message: "name is invalid" },
    ["status 422", "form_param_value_invalid: name is invalid", TRACE, "change the setting"],
  ],
  [
    "429 with Retry-After",
    { kind: "status", status: 429, retryAfter: 1 },
    ["after 4 tries: status 429", "too_many_requests", TRACE, "wait a minute"],
  ],
  [
    "503",
    { kind: "status", status: 503 },
    ["after 4 tries: status 503", "internal_clerk_error", TRACE, "check its status page"],
  ],
];
const CONNECTION_ROWS: Row[] = [
  [
    "a connection that breaks off",
    { kind: "reset" },
    ["after 4 tries", "broke off", "check the network"],
  ],
  [
    "no answer to the request that creates it",
    { kind: "hang", method: "POST" },
    ["at the first try", "no complete response within 15 s", "no template of this name was there"],
  ],
];

describe("an up to which Clerk's Backend API answers badly", function () {
  this.timeout(300_000);
  let clerk: TestClerk;
  let stack: TestStack;
  let canaries: Canary[];

  before(async () => {
    const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
    clerk = await startClerk(`chtest-e2e-faults-${process.pid}`, host);
    canaries = [{ what: "the secret key", value: clerk.place.secretKey }];
    const { plain } = clerk.settings;
    stack = await TestStack.create({ plain: { ...plain, "identity.claims": "template" } });
    stack.variables.CLERK_HASURA_RETRY_MS = "10";
    await stack.up();
    await stack.configure(clerk.templateSettings);
  });
  after(async () => {
    await stack?.cleanUp();
    await clerk?.stop();
  });

  /** Runs a command that has to fail with lines that each say everything, and nothing that it must not. */
  async function refused(fault: Fault, args: string[], words: Row[2]): Promise<void> {
    await clerk.fault({ path: PATH, count: 0, ...fault });
    let finished: Finished;
    try {
      finished = await stack.pulumi(args, 240_000);
    } finally {
      await clerk.clearFaults();
    }
    const { code, text } = finished;
    expect(code, text).to.not.equal(0);
    const told = text.split("\n").filter((line) => line.includes("Clerk's Backend API"));
    expect(told, text).to.not.deep.equal([]);
    for (const line of told) {
      for (const word of words) {
        if (typeof word === "string") expect(line).to.contain(word);
        else expect(line).to.match(word);
      }
    }
    expect(text).to.not.match(/^\s+at \S+.*:\d+:\d+/m);
    expect(text).to.not.contain("node:internal");
    expect(leaksIn(text, canaries)).to.deep.equal([]);
  }

  /** The next up does what is missing and nothing else; the one after it nothing. */
  async function recovers(count: string): Promise<void> {
    const finished = await stack.up();
    const changes = countsOf(finished).filter((line) => !line.endsWith("unchanged"));
    expect(changes, finished.text).to.deep.equal([count]);
    const again = await stack.up();
    expect(changedNothing(again), again.text).to.equal(true);
  }

  let lifetime = 60;
  const change = () => {
    lifetime += 1;
    return stack.configure({ plain: { "template.lifetimeSeconds": `${lifetime}` } });
  };

  describe("while the template is created", () => {
    for (const [what, fault, words] of [...STATUS_ROWS, ...CONNECTION_ROWS]) {
      it(`tells ${what} in one line`, async () => {
        await refused(fault, UP, words);
        expect(await clerk.templates()).to.deep.equal([]);
      });
    }

    it("waits as Retry-After says, and goes on by itself after one 429", async () => {
      await clerk.forgetRequests();
      await clerk.fault({ kind: "status", status: 429, retryAfter: 1, method: "POST", path: PATH });
      await recovers("+ 1 created");
      const tries = (await clerk.requests()).filter(({ method }) => method === "POST");
      expect(tries.map(({ status }) => status)).to.deep.equal([429, 200]);
      const [first = Number.NaN, second = Number.NaN] = tries.map(({ at }) => at);
      // The wait of this run's own would be 10 ms; timers may be early by one.
      expect(second - first).to.be.at.least(999);
      expect(await clerk.templates()).to.have.length(1);
    });
  });

  describe("while the template is updated", () => {
    const cut: Row = [
      "an answer that is cut short",
      { kind: "truncate", method: "PATCH" },
      ["after 4 tries", "ended too early", "run it again"],
    ];
    for (const [what, fault, words] of [STATUS_ROWS[0] as Row, STATUS_ROWS[4] as Row, cut]) {
      it(`tells ${what} in one line; the next up makes the change`, async () => {
        const { id } = await clerk.template();
        await change();
        await refused(fault, UP, words);
        await recovers("~ 1 updated");
        expect(await clerk.template()).to.have.property("id", id);
      });
    }

    it("tells a refused refresh in one line, and forgets nothing", async () => {
      const [, fault, words] = STATUS_ROWS[0] as Row;
      await refused(fault, ["refresh", "--yes", "--skip-preview"], words);
      const again = await stack.up();
      expect(changedNothing(again), again.text).to.equal(true);
    });
  });

  describe("while the template comes and goes", () => {
    it("takes a template for created where only the answer was cut short", async () => {
      await stack.configure({
        absent: ["template.secretKey", "template.apiUrl", "template.lifetimeSeconds"],
      });
      await stack.up();
      expect(await clerk.templates()).to.deep.equal([]);
      await stack.configure(clerk.templateSettings);
      await clerk.fault({ kind: "truncate", method: "POST", path: PATH });
      await recovers("+ 2 created");
      expect(await clerk.templates()).to.have.length(1);
    });

    it("keeps in the state what a destroy could not remove", async () => {
      await stack.demand(["state", "unprotect", "--all", "--yes"]);
      const destroy = ["destroy", "--yes", "--skip-preview"];
      await refused({ kind: "status", status: 500, method: "DELETE" }, destroy, ["after 4 tries"]);
      expect(await clerk.templates()).to.have.length(1);
      await stack.demand(destroy, 240_000);
      expect(await clerk.templates()).to.deep.equal([]);
    });
  });
});
