import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { adoptedNames } from "../../../infra/postgres/adoptedNames";
import { Adoptable } from "../../../infra/postgres/postgresArgs";

const { ApplicationDatabase, MetadataDatabase, EngineRole } = Adoptable;

describe("adoptedNames", () => {
  it("is empty where nothing is taken over", () => {
    expect(adoptedNames()).to.deep.equal({});
    expect(adoptedNames({ engineRole: "owner" })).to.deep.equal({});
  });

  it("gives names that are set, and the standard ones", () => {
    const adopt = [ApplicationDatabase, EngineRole];
    const given = { adopt, applicationDatabase: "shop", engineRole: undefined };
    expect(adoptedNames(given)).to.deep.equal({
      applicationDatabase: "shop",
      engineRole: "hasura",
    });
  });

  it("is of both settings where one database stands for both", () => {
    const given = { applicationDatabase: "x", metadataDatabase: "x", adopt: [MetadataDatabase] };
    expect(adoptedNames(given)).to.deep.equal({ applicationDatabase: "x", metadataDatabase: "x" });
  });

  it("takes no Output for a name", () => {
    const given = { engineRole: pulumi.output("late"), adopt: [ApplicationDatabase] };
    expect(adoptedNames(given)).to.deep.equal({ applicationDatabase: "app" });
  });
});
