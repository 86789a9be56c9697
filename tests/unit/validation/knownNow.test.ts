import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { knownNow, plainOutputs, wholeOutputs } from "../../../infra/validation/knownNow";

describe("knownNow", () => {
  it("gives plain values back as they are, and says that they are complete", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(knownNow(value)).to.deep.equal({ value, complete: true });
      }),
    );
  });

  it("leaves out what only an Output will tell, wherever it is", () => {
    const input = {
      plain: 1,
      later: pulumi.output(2),
      secret: pulumi.secret("hidden"),
      nested: { promise: Promise.resolve(3), plain: "x" },
      list: ["a", pulumi.output("b")],
    };
    expect(knownNow(input)).to.deep.equal({
      value: {
        plain: 1,
        later: undefined,
        secret: undefined,
        nested: { promise: undefined, plain: "x" },
        list: ["a", undefined],
      },
      complete: false,
    });
  });

  it("leaves out a value that is an Output as a whole", () => {
    expect(knownNow(pulumi.output({ a: 1 }))).to.deep.equal({ value: undefined, complete: false });
  });

  it("does not change its input", () => {
    const input = { list: [pulumi.output(1)] };
    knownNow(input);
    expect(pulumi.Output.isInstance(input.list[0])).to.equal(true);
  });
});

describe("wholeOutputs", () => {
  it("names each group that is an Output or a promise, and no other", () => {
    const args = {
      identity: pulumi.secret({ frontendApi: "clerk.example.com" }),
      hasura: { adminSecret: pulumi.secret("x") },
      postgres: Promise.resolve({}),
      absent: undefined,
    };
    const problems = wholeOutputs(args, ["identity", "hasura", "postgres", "absent", "missing"]);
    expect(problems.map(({ path }) => path)).to.deep.equal(["identity", "postgres"]);
    expect(problems[0]?.reason).to.match(/^is one Output as a whole; allowed: an object whose/);
  });
});

describe("plainOutputs", () => {
  it("names each path that is an Output or a promise, not what is below one", () => {
    const args = {
      probe: pulumi.output(false),
      suspended: false,
      identity: pulumi.output({ jwks: "pinned" }),
      postgres: { majorVersion: Promise.resolve(18), protectData: true },
    };
    const paths = [
      "probe",
      "suspended",
      "identity.jwks",
      "postgres.majorVersion",
      "postgres.protectData",
      "postgres.missing.deeper",
      "missing.jwks",
    ];
    const problems = plainOutputs(args, paths);
    expect(problems.map(({ path }) => path)).to.deep.equal(["probe", "postgres.majorVersion"]);
    expect(problems[0]?.reason).to.match(/^is an Output, .*; allowed: a plain value; write /);
  });
});
