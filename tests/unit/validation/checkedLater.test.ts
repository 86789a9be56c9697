import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { checkedLater } from "../../../infra/validation/checkedLater";
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
