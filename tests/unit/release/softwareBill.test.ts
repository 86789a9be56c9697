import { expect } from "chai";
import { publishedBill } from "../../../tools/release/softwareBill.mjs";

function part(name: string) {
  return { "bom-ref": `${name}@1`, name };
}

const BILL = {
  bomFormat: "CycloneDX",
  serialNumber: "urn:uuid:1",
  metadata: {
    timestamp: "2026-11-01T00:00:00Z",
    component: { ...part("clerk-hasura"), name: "checkout", properties: [{ name: "private" }] },
  },
  components: ["sdk", "provider", "loader", "shared", "bundler", "cycle", "tester"].map(part),
  dependencies: [
    { ref: "clerk-hasura@1", dependsOn: ["sdk@1", "provider@1", "loader@1", "tester@1"] },
    { ref: "sdk@1", dependsOn: ["shared@1", "cycle@1"] },
    { ref: "provider@1", dependsOn: ["sdk@1"] },
    { ref: "loader@1", dependsOn: ["bundler@1", "shared@1"] },
    { ref: "shared@1", dependsOn: [] },
    { ref: "bundler@1", dependsOn: [] },
    { ref: "cycle@1", dependsOn: ["sdk@1"] },
    { ref: "tester@1", dependsOn: ["sdk@1", "bundler@1"] },
  ],
};
const PUBLISHED = {
  name: "clerk-hasura",
  dependencies: { provider: "^1.0.0" },
  peerDependencies: { sdk: "^1.0.0" },
};

describe("the bill of materials", () => {
  const bill = publishedBill(BILL, PUBLISHED);

  it("holds what the published package needs, and not what only the checkout does", () => {
    expect(bill.components.map(({ name }) => name)).to.deep.equal([
      "sdk",
      "provider",
      "shared",
      "cycle",
    ]);
    expect(bill.dependencies.map(({ ref }) => ref)).to.deep.equal([
      "clerk-hasura@1",
      "sdk@1",
      "provider@1",
      "shared@1",
      "cycle@1",
    ]);
    expect(bill.dependencies[0]?.dependsOn).to.deep.equal(["sdk@1", "provider@1"]);
  });

  it("is of the package's name and differs in nothing between two builds", () => {
    const { component } = bill.metadata;
    expect(component).to.deep.equal({ ...part("clerk-hasura"), properties: [] });
    const later = { ...BILL, serialNumber: "urn:uuid:2" };
    later.metadata = { ...BILL.metadata, timestamp: "2027-01-01T00:00:00Z" };
    expect(publishedBill(later, PUBLISHED)).to.deep.equal(bill);
  });
});
