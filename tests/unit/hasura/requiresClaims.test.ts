import { expect } from "chai";
import { requiresClaims } from "../../../infra/hasura/checkHasura";
import { HASURA_DEFAULTS } from "../../../infra/hasura/hasuraArgs";

const DIGEST = `@sha256:${"0".repeat(64)}`;

describe("requiresClaims", () => {
  const rows: [image: string, required: boolean][] = [
    [HASURA_DEFAULTS.image, true],
    ["hasura/graphql-engine:v2.49.4", true],
    ["hasura/graphql-engine:v2.50.0", true],
    [`hasura/graphql-engine:v2.51.3${DIGEST}`, true],
    ["hasura/graphql-engine:v2.50.10.cli-migrations-v3", true],
    ["registry.example.com:5000/team/engine:2.49.12-ce", true],
    ["hasura/graphql-engine:v2.49.3", false],
    ["hasura/graphql-engine:v2.48.15", false],
    ["hasura/graphql-engine:v2.9.10", false],
    [`hasura/graphql-engine${DIGEST}`, false],
    ["registry.example.com:5000/team/engine:stable", false],
    ["registry.example.com/team/engine:5.50.1", false],
  ];
  for (const [image, required] of rows) {
    it(`${required ? "holds for" : "does not hold for"} ${image}`, () => {
      expect(requiresClaims(image)).to.equal(required);
      expect(requiresClaims(image, !required)).to.equal(!required);
    });
  }
});
