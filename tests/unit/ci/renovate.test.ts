import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";

const ROOT = join(__dirname, "../../..");
const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), "utf8"));

interface Rule {
  description: string;
  matchPackageNames?: string[];
  allowedVersions?: string;
}

const numbers = (version: string) => version.split(".").map(Number);

function isBelow(version: string, bound: string): boolean {
  const [have, most] = [numbers(version), numbers(bound)];
  const at = most.findIndex((part, index) => part !== have[index]);
  return at >= 0 && (have[at] ?? 0) < (most[at] ?? 0);
}

describe("the pins of renovate.json", () => {
  const { packages } = read("package-lock.json");
  const pins = (read("renovate.json").packageRules as Rule[]).flatMap((rule) =>
    (rule.matchPackageNames ?? []).map((name) => ({ ...rule, name })),
  );

  for (const { name, allowedVersions = "", description } of pins) {
    it(`allow the installed ${name}, and give a reason`, () => {
      const { version } = packages[`node_modules/${name}`];
      expect(isBelow(version, allowedVersions.replace("<", "")), version).to.equal(true);
      expect(description).to.match(/^.{20,}\.$/);
    });
  }
});
