import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { type Problem, ProblemList } from "../../../infra/validation/problems";
import { readUrl } from "../../../infra/validation/readUrl";
import { rejectProblems, settledLater } from "../../../infra/validation/rejectProblems";
import {
  type Check,
  flag,
  group,
  KNOWN_LATER,
  list,
  mapOf,
  numeric,
  object,
  oneOf,
  plain,
  text,
  whole,
} from "../../../infra/validation/shape";
import { resolvedValue } from "../../support/recordGraph";

function read<T>(check: Check<T>, value: unknown, path = "a") {
  const problems = new ProblemList();
  const result = check(value, path, problems);
  const told = problems.list().map((it) => `${it.path}: ${it.reason}`);
  return { result, told, problems };
}

const shape = group({
  name: text,
  port: numeric,
  on: plain(flag),
  tags: list(text),
  hosts: mapOf(text),
  deeper: group({ key: text, kind: text }, ["key", "kind"]),
  part: whole(object),
});

describe("shape", () => {
  it("gives usable values back, and leaves out what is null", () => {
    const value = { name: "x", port: 1, on: false, tags: ["a"], hosts: { b: "c" } };
    const { result, told } = read(shape, { ...value, deeper: null, part: undefined });
    expect(result).to.deep.equal(value);
    expect(told).to.deep.equal([]);
  });

  const wrong: [what: string, value: unknown, told: string][] = [
    ["no object", "x", "a: is text; an object is required"],
    ["another type", { name: 7 }, "a.name: is a number; text is required"],
    ["no list", { tags: "x" }, "a.tags: is text; a list of strings is required"],
    ["a hole in a list", { tags: [null] }, "a.tags[0]: is empty; remove it or give a string"],
    ["another type in a map", { hosts: { b: 1 } }, "a.hosts.b: is a number; text is required"],
    ["a missing field", { deeper: { key: "x" } }, "a.deeper.kind: is missing; set it"],
    [
      "an unknown field",
      { nam: 1 },
      'a: has the unknown field "nam"; allowed: name, port, on, tags, hosts, deeper, part',
    ],
  ];
  for (const [what, value, reason] of wrong) {
    it(`reports ${what}`, () => expect(read(shape, value).told).to.deep.equal([reason]));
  }

  it("leaves out what is known only later, wherever it is, and says so", () => {
    const { result, told, problems } = read(shape, {
      name: pulumi.output("x"),
      port: Promise.resolve(1),
      tags: ["a", pulumi.output("b")],
      hosts: { b: pulumi.secret("c") },
      deeper: { key: KNOWN_LATER, kind: "k" },
    });
    expect(told).to.deep.equal([]);
    expect(result).to.deep.equal({ hosts: { b: undefined } });
    expect(problems.laterBelow("a.")).to.have.members([
      ...["a.name", "a.port", "a.tags", "a.hosts", "a.deeper.key", "a.deeper"],
    ]);
  });

  it("reports a plain value and a whole group that are Outputs", () => {
    const { told } = read(shape, { on: pulumi.output(false), part: pulumi.secret({}) });
    expect(told[0]).to.match(/^a\.on: is an Output, .*; allowed: a plain value; write /);
    expect(told[1]).to.match(/^a\.part: is a single Output; allowed: an object whose/);
  });

  it("knows what was set, though it cannot be used", () => {
    const { problems } = read(shape, { name: 7, port: pulumi.output(1) });
    expect(["a.name", "a.port", "a.on"].map((it) => problems.isLeftOut(it))).to.deep.equal([
      true,
      true,
      false,
    ]);
    expect(["a.name", "a.port"].map((it) => problems.isLater(it))).to.deep.equal([false, true]);
  });

  it("names the words that are allowed", () => {
    const { told } = read(oneOf(["red", "blue"]), "green");
    expect(told).to.deep.equal(['a: "green" is unknown; allowed: red, blue; choose one']);
  });

  it("reads anything at all without throwing", () => {
    fc.assert(fc.property(fc.anything(), (value) => void read(shape, value)));
  });
});

const problem = (path: string): Problem => ({ path, reason: "is wrong" });

describe("rejectProblems", () => {
  it("returns when nothing is wrong", () => {
    expect(() => rejectProblems("Thing", [])).not.to.throw();
  });

  it("counts one problem as one", () => {
    expect(() => rejectProblems("Thing", [problem("a")])).to.throw(
      "Thing cannot be built (1 problem):\n  - a: is wrong",
    );
  });

  it("lists every problem on a line of its own, in order", () => {
    expect(() => rejectProblems("Thing", [problem("b"), problem("a")])).to.throw(
      "Thing cannot be built (2 problems):\n  - b: is wrong\n  - a: is wrong",
    );
  });

  it("throws what Pulumi prints without a stack trace", () => {
    expect(() => rejectProblems("Thing", [problem("a")])).to.throw(pulumi.RunError);
  });
});

function measured({ text }: { text: string }, problems: ProblemList): number {
  if (text.length < 4) problems.add("a.b", "is too short; allowed: 4; write more");
  return text.length;
}

describe("settledLater", () => {
  it("returns what the value comes to, and keeps it secret", async () => {
    const text = pulumi.secret("long enough");
    const settled = settledLater("Thing", { text }, measured);
    expect(await resolvedValue(settled)).to.equal(11);
    expect(await pulumi.isSecret(settled)).to.equal(true);
  });

  it("fails where the value is used, without the value in its message", async () => {
    const settled = settledLater("Thing", { text: pulumi.secret("xyz") }, measured);
    const failure = await resolvedValue(settled).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(failure).to.equal(
      "Thing cannot be built (1 problem):\n  - a.b: is too short; allowed: 4; write more",
    );
  });
});

describe("readUrl", () => {
  it("reads what URL reads, and refuses what it refuses", () => {
    expect(readUrl("https://app.example.com/x")?.host).to.equal("app.example.com");
    for (const text of ["", "app.example.com", "https://", "https://a b"]) {
      expect(readUrl(text), text).to.equal(undefined);
    }
  });

  it("reads a host beyond ASCII after any number of others, unlike URL.canParse", () => {
    for (let count = 0; count < 100_000; count++) readUrl(`https://app${count}.example.com`);
    expect(readUrl("https://bücher.example")?.host).to.equal("xn--bcher-kva.example");
  });
});
