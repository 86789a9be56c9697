import { expect } from "chai";
import { parsePreview } from "../read/parsePreview";
import { Action, type Preview } from "../read/preview";
import {
  CONTAINER,
  digest,
  ENGINE,
  eventOf,
  events,
  SERVER,
  STACK_URN,
  type Step,
  SUMMARY,
  stackOutputs,
  VOLUME,
} from "./previews";

const REPLACED: Step = {
  op: "replace",
  chain: `${ENGINE}$${CONTAINER}`,
  name: "backend-hasura-container",
  old: { user: "1001:1001" },
  new: { user: "0" },
  detailed: { user: "update-replace", "envs[0]": "update" },
};

function parsed(text: string): Preview {
  const { value, problems } = parsePreview(text);
  if (value === undefined) throw new Error(JSON.stringify(problems));
  return value;
}

function reasonOf(text: string): string {
  const { problems = [] } = parsePreview(text);
  expect(problems).to.have.length(1);
  return problems[0]?.reason ?? "";
}

describe("parsePreview", () => {
  const forms: [string, string][] = [
    ["one document", digest([REPLACED])],
    ["events", events([eventOf(REPLACED), SUMMARY])],
    [
      "events with every step of a replacement",
      events([
        eventOf({ ...REPLACED, op: "delete-replaced", new: undefined } as Step),
        eventOf(REPLACED),
        eventOf({ ...REPLACED, op: "create-replacement" }),
        SUMMARY,
      ]),
    ],
  ];
  for (const [form, text] of forms) {
    it(`reads a replacement from ${form}`, () => {
      const { changes, stack, unchanged, failed } = parsed(text);
      expect({ stack, unchanged, failed }).to.deep.equal({
        stack: "dev",
        unchanged: 24,
        failed: false,
      });
      expect(changes).to.have.length(1);
      const [change] = changes;
      expect(change?.action).to.equal(Action.Replace);
      expect(change?.type).to.equal(CONTAINER);
      expect(change?.name).to.equal("backend-hasura-container");
      expect(change?.old?.inputs).to.deep.equal({ user: "1001:1001" });
      expect(change?.new?.inputs).to.deep.equal({ user: "0" });
      expect(change?.detailed.get("user")).to.equal("update-replace");
    });
  }

  it("takes a byte order mark and blank lines", () => {
    expect(parsed(`\uFEFF\n${digest([REPLACED])}\n\n`).changes).to.have.length(1);
    expect(
      parsed(events([eventOf(REPLACED), SUMMARY]).replace("\n", "\n\n")).changes,
    ).to.have.length(1);
  });

  it("takes the last outputs of the stack, which are those of after", () => {
    const early = stackOutputs({ issuer: "https://a.example" }, { issuer: "https://a.example" });
    const late = stackOutputs({ issuer: "https://a.example" }, { issuer: "https://b.example" });
    const { outputs } = parsed(events([early, late, SUMMARY]));
    expect(outputs.old).to.deep.equal({ issuer: "https://a.example" });
    expect(outputs.new).to.deep.equal({ issuer: "https://b.example" });
  });

  it("keeps what does not change where it tells who may call the engine", () => {
    const probe = "pulumi-nodejs:dynamic/clerkHasura:Probe";
    const steps: Step[] = [probe, "a:b:C"].map((chain) => {
      const inputs = { unauthorizedRole: "guest" };
      return { op: "same", chain, name: "it", old: inputs, new: inputs };
    });
    for (const text of [digest(steps), events([...steps.map((it) => eventOf(it)), SUMMARY])]) {
      const { changes, kept } = parsed(text);
      expect(changes).to.deep.equal([]);
      expect(kept.map(({ type }) => type)).to.deep.equal([probe]);
      expect(kept[0]?.new?.inputs).to.deep.equal({ unauthorizedRole: "guest" });
    }
  });

  it("leaves out messages for debugging, which show inputs", () => {
    const messages = [
      { diagnosticEvent: { severity: "debug", message: "Registering password=abc" } },
      { diagnosticEvent: { severity: "info", message: "ephemeral", ephemeral: true } },
      { diagnosticEvent: { severity: "warning", prefix: "warning: ", message: "kept" } },
    ];
    expect(parsed(events([...messages, SUMMARY])).diagnostics).to.deep.equal([
      { severity: "warning", message: "warning: kept" },
    ]);
  });

  it("reads a preview that failed before its first step", () => {
    const diagnostics = [{ severity: "error", message: "error: no", urn: STACK_URN }];
    const fromDigest = parsed(JSON.stringify({ diagnostics }));
    expect(fromDigest.failed).to.equal(true);
    expect(fromDigest.changes).to.deep.equal([]);
    const fromEvents = parsed(events([{ diagnosticEvent: { severity: "error", message: "no" } }]));
    expect(fromEvents.failed).to.equal(true);
  });

  it("takes deleting and creating under one name for a replacement", () => {
    const { old, new: later, ...step } = REPLACED;
    const steps = [
      { ...step, op: "delete", ...(old && { old }) },
      { ...step, op: "create", ...(later && { new: later }) },
    ];
    const { changes } = parsed(digest(steps));
    expect(changes.map(({ action }) => action)).to.deep.equal([Action.Replace]);
    expect(changes[0]?.old?.inputs).to.deep.equal({ user: "1001:1001" });
  });

  it("takes what was only read for kept, whichever step comes first", () => {
    const read = { chain: VOLUME, name: "shared", old: { name: "shared" } };
    const discard: Step = { ...read, op: "discard" };
    const replaced: Step[] = [
      { ...read, op: "replace", new: { name: "shared" } },
      { ...read, op: "discard-replaced" },
    ];
    for (const steps of [[discard], replaced, [...replaced].reverse()]) {
      for (const text of [digest(steps), events([...steps.map((it) => eventOf(it)), SUMMARY])]) {
        expect(parsed(text).changes.map(({ old }) => old?.retainOnDelete)).to.deep.equal([true]);
      }
    }
    expect(parsed(digest(replaced.slice(0, 1))).changes[0]?.old?.retainOnDelete).to.equal(false);
  });

  it("counts a mandatory policy that is violated as a failure", () => {
    const policyEvent = {
      enforcementLevel: "mandatory",
      policyName: "no-floating-tags",
      message: "use a digest",
    };
    const { failed, diagnostics } = parsed(events([{ policyEvent }, SUMMARY]));
    expect(failed).to.equal(true);
    expect(diagnostics[0]?.message).to.equal("policy no-floating-tags: use a digest");
  });

  it("reads a preview in which nothing changes", () => {
    const text = JSON.stringify({ duration: 1, changeSummary: { same: 3 } });
    expect(parsed(text)).to.include({ unchanged: 3, failed: false });
  });

  it("keeps a name with colons and a type of another package", () => {
    const step: Step = { op: "create", chain: "other:index:Thing", name: "a::b::c", new: {} };
    expect(parsed(digest([step])).changes[0]).to.include({
      name: "a::b::c",
      type: "other:index:Thing",
    });
  });

  it("is not confused by names of Object's own members", () => {
    const text = digest([REPLACED]).replace(
      '"user":"0"',
      '"__proto__":{"polluted":true},"user":"0"',
    );
    const [change] = parsed(text).changes;
    expect(Object.hasOwn(change?.new?.inputs ?? {}, "__proto__")).to.equal(true);
    expect(({} as Record<string, unknown>).polluted).to.equal(undefined);
  });

  const broken: [what: string, text: string, reason: RegExp][] = [
    ["nothing", "", /is empty; run it again/],
    ["blanks", " \n\t", /is empty/],
    [
      "text",
      "Previewing update (dev):",
      /does not begin with JSON; pass the standard output alone/,
    ],
    ["a header of npm", `> clerk-hasura@0.1.0\n${digest([])}`, /does not begin with JSON/],
    ["half a document", digest([REPLACED]).slice(0, -20), /is broken or incomplete JSON/],
    [
      "half a line",
      events([eventOf(REPLACED), SUMMARY]).slice(0, -20),
      /line 2 is broken or incomplete/,
    ],
    ["events without an end", events([eventOf(REPLACED)]), /ends before its summary/],
    [
      "events and another tool's lines",
      `${events([SUMMARY])}{"level":"info"}`,
      /line 2 is not an event/,
    ],
    [
      "another tool's JSON",
      '{"format_version":"1.2","resource_changes":[]}',
      /JSON of something else/,
    ],
    ["a list", "[]", /JSON of something else/],
    ["steps of another tool", '{"steps":[{"run":"make"}]}', /steps without an operation and a URN/],
    ["steps that are no list", '{"steps":"many"}', /steps without an operation/],
    ["messages that are none", '{"diagnostics":[1]}', /JSON of something else/],
  ];
  for (const [what, text, reason] of broken) {
    it(`says in one line what is wrong with ${what}`, () => {
      expect(reasonOf(text)).to.match(reason).and.not.match(/\n/);
    });
  }

  it("reads steps whose parts have the wrong types as far as they go", () => {
    const text = JSON.stringify({
      steps: [
        {
          op: "update",
          urn: "not a urn",
          oldState: 3,
          newState: [],
          detailedDiff: "x",
          diffReasons: 1,
        },
        { op: "unheard-of", urn: "urn:pulumi:dev::p::t:t:T::n", newState: { inputs: null } },
      ],
      diagnostics: ["text", { message: 3 }],
    });
    expect(parsed(text).changes.map(({ action }) => action)).to.deep.equal([
      Action.Update,
      Action.Other,
    ]);
  });

  it("knows a server's container by the component around it", () => {
    const step: Step = { op: "create", chain: `${SERVER}$${CONTAINER}`, name: "c", new: {} };
    expect(parsed(digest([step])).changes[0]?.type).to.equal(CONTAINER);
  });
});
