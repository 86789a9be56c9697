import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { ProblemList } from "../../../infra/validation/problems";
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
