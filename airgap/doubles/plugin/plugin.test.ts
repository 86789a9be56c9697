import { expect } from "chai";
import fc from "fast-check";
import { detailedDiff } from "./detailedDiff";
import {
  containsSecret,
  containsUnknown,
  type PropertyValue,
  plain,
  secret,
  unknownValue,
} from "./propertyValue";
import { addressOf } from "./providerService";
import { engineAddress } from "./servePlugin";

const values = fc.letrec<{ value: PropertyValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.string(),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), tie("value"), { maxKeys: 3 }),
  ),
})).value;

describe("plugin plumbing", () => {
  it("unwraps what it wrapped, at any depth", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(plain(secret(value))).to.deep.equal(plain(value));
        expect(plain([{ inner: secret(value) }])).to.deep.equal([{ inner: plain(value) }]);
        expect(containsSecret({ a: [secret(value)] })).to.equal(true);
      }),
    );
  });

  it("refuses assets and resource references", () => {
    const asset = { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17" };
    expect(() => plain(asset)).to.throw("not imitated");
  });

  it("finds unknown values, secret or not", () => {
    expect(containsUnknown({ a: [1, secret(unknownValue)] })).to.equal(true);
    expect(containsUnknown({ a: "text" })).to.equal(false);
  });

  it("reports no difference between equal values, secret or not", () => {
    fc.assert(
      fc.property(values, (value) => {
        expect(detailedDiff({ a: value }, { a: secret(value) }).size).to.equal(0);
      }),
    );
  });

  it("names differences by path down to list entries", () => {
    const changes = detailedDiff(
      { triggers: ["1", "2"], gone: 1, environment: { A: "a" } },
      { triggers: ["1", "3"], fresh: 1, environment: { "B-C": "b" } },
    );
    expect(Object.fromEntries(changes)).to.deep.equal({
      "triggers[1]": "update",
      gone: "delete",
      fresh: "add",
      "environment.A": "delete",
      'environment["B-C"]': "add",
    });
  });

  it("treats an unknown new value as a difference", () => {
    const changes = detailedDiff({ create: "a" }, { create: unknownValue });
    expect([...changes.keys()]).to.deep.equal(["create"]);
  });

  it("reads type and name from a URN with parents and colons in the name", () => {
    const urn = "urn:pulumi:s::p::a:b:Parent$command:local:Command::my::name";
    expect(addressOf(urn)).to.include({ type: "command:local:Command", name: "my::name" });
  });

  it("takes the engine's address from behind the flags", () => {
    expect(engineAddress(["--logtostderr", "-v=9", "127.0.0.1:5"])).to.equal("127.0.0.1:5");
    expect(engineAddress([])).to.equal("");
  });
});
