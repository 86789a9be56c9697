import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checkedLater, resolvedLater } from "../../../infra/validation/checkedLater";
import { invalid, type Result, valid } from "../../../infra/validation/problems";
import { resolvedValue } from "../../support/recordGraph";

const short = (text: string) =>
  text.length < 4 ? [{ path: "a.b", reason: "is too short; allowed: 4; write more" }] : [];

describe("checkedLater", () => {
  it("answers what passes the check, and keeps it secret", async () => {
    const checked = checkedLater<string>("Thing", pulumi.secret("long enough"), short);
    expect(await resolvedValue(checked)).to.equal("long enough");
    expect(await pulumi.isSecret(checked)).to.equal(true);
  });

  it("fails where the value is used, without the value in its message", async () => {
    const checked = checkedLater<string>("Thing", pulumi.secret("xyz"), short);
    const failure = await resolvedValue(checked).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(failure).to.equal(
      "Thing cannot be built (1 problem):\n  - a.b: is too short; allowed: 4; write more",
    );
  });
});

describe("resolvedLater", () => {
  const measured = (text: string): Result<number> =>
    text.length < 4 ? invalid("a.b", "is too short; allowed: 4; write more") : valid(text.length);

  it("answers what the value comes to, and keeps it secret", async () => {
    const resolved = resolvedLater("Thing", pulumi.secret("long enough"), measured);
    expect(await resolvedValue(resolved)).to.equal(11);
    expect(await pulumi.isSecret(resolved)).to.equal(true);
  });

  it("fails with the problems where the value is used", async () => {
    const failure = await resolvedValue(resolvedLater("Thing", "xyz", measured)).then(
      () => "accepted",
      (error: Error) => error.message,
    );
    expect(failure).to.equal(
      "Thing cannot be built (1 problem):\n  - a.b: is too short; allowed: 4; write more",
    );
  });
});
