import { expect } from "chai";
import fc from "fast-check";
import { coresText, pidsLimit } from "../../../infra/docker/containerDefaults";
import { dockerName, LABEL } from "../../../infra/docker/names";

const scope = { project: "clerk-hasura", stack: "dev", name: "backend" };

describe("dockerName", () => {
  it("is made of project, stack, component and part", () => {
    expect(dockerName(scope, "postgres-data")).to.equal("clerk-hasura-dev-backend-postgres-data");
  });

  it("is in lower case, with a dash for what Docker does not take", () => {
    const name = dockerName({ project: "My App", stack: "org/prod", name: "B" }, "hasura");
    expect(name).to.equal("my-app-org-prod-b-hasura");
  });

  it("is a name that Docker takes, and always the same", () => {
    const word = fc.tuple(fc.constantFrom("a", "Z", "0"), fc.string()).map((it) => it.join(""));
    fc.assert(
      fc.property(word, fc.string(), fc.string(), (project, stack, name) => {
        const made = dockerName({ project, stack, name }, "hasura");
        expect(made).to.match(/^[a-z0-9][a-z0-9_.-]+$/);
        expect(dockerName({ project, stack, name }, "hasura")).to.equal(made);
      }),
    );
  });

  it("differs between stacks and between components of one project", () => {
    const names = [scope, { ...scope, stack: "prod" }, { ...scope, name: "other" }];
    const made = names.map((it) => dockerName(it, "hasura"));
    expect(new Set(made).size).to.equal(3);
  });
});

describe("LABEL", () => {
  it("keeps its keys, by which things made earlier are found again", () => {
    expect(LABEL).to.deep.equal({
      stack: "dev.clerk-hasura.stack",
      component: "dev.clerk-hasura.component",
      part: "dev.clerk-hasura.part",
      instance: "dev.clerk-hasura.instance",
    });
  });
});

describe("coresText", () => {
  // As nanoInt64ToDecimalString of terraform-provider-docker spells them; any other spelling replaces the container after a refresh.
  const ROWS: [number, string][] = [
    [0.1, "0.1"],
    [0.25, "0.25"],
    [0.5, "0.5"],
    [1, "1.0"],
    [1.5, "1.5"],
    [2, "2.0"],
    [10, "10."],
    [16, "16.0"],
  ];
  for (const [cores, text] of ROWS) {
    it(`spells ${cores} as the provider reads it back`, () => {
      expect(coresText(cores)).to.equal(text);
    });
  }
});

describe("pidsLimit", () => {
  it("leaves room for every connection", () => {
    expect(pidsLimit(5000)).to.equal("6024");
  });

  it("counts 100 connections where none are named", () => {
    expect(pidsLimit()).to.equal("1124");
    expect(pidsLimit(Number(undefined))).to.equal("1124");
  });
});
