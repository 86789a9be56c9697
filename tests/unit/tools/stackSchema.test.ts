import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { migrationsOf, stackSchema } from "../../../tools/commands/stackSchema";

const ROOT = join(__dirname, "../../..");

describe("the schema that a checkout has for a stack", () => {
  const checkout = mkdtempSync(join(tmpdir(), "clerk-hasura-schema-"));
  const settings = (lines: string) => writeFileSync(join(checkout, "Pulumi.dev.yaml"), lines);

  before(() => {
    cpSync(join(ROOT, "Pulumi.yaml"), join(checkout, "Pulumi.yaml"));
    cpSync(join(ROOT, "hasura"), join(checkout, "hasura"), { recursive: true });
  });
  after(() => rmSync(checkout, { recursive: true, force: true }));

  it("is none where the stack's settings name none, or there are no settings", () => {
    expect(migrationsOf(stackSchema(checkout, "absent"))).to.deep.equal({});
    settings("config:\n  clerk-hasura:preset: development\n");
    expect(migrationsOf(stackSchema(checkout, "dev"))).to.deep.equal({});
  });

  it("is that of the folder which the settings that setup writes name", () => {
    cpSync(join(ROOT, "examples/environments/Pulumi.dev.yaml"), join(checkout, "Pulumi.dev.yaml"));
    expect(migrationsOf(stackSchema(checkout, "dev"))).to.deep.equal({
      migrations: {
        bySource: { default: ["1767225600000_create_todos", "1767225660000_create_lists"] },
      },
    });
  });

  it("has no migrations to compare where the folder has a problem", () => {
    settings("config:\n  clerk-hasura:schema:\n    path: nowhere\n");
    expect(migrationsOf(stackSchema(checkout, "dev"))).to.deep.equal({
      migrations: { bySource: {}, unread: "the folder of the schema has a problem" },
    });
  });
});
