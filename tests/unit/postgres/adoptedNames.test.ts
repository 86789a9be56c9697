import { expect } from "chai";
import { adoptedNames, settlePostgres } from "../../../infra/postgres/checkPostgres";
import { Adoptable } from "../../../infra/postgres/postgresArgs";

const { ApplicationDatabase, MetadataDatabase, EngineRole } = Adoptable;
const namesOf = (given: Parameters<typeof settlePostgres>[0]) =>
  adoptedNames(settlePostgres(given));

describe("adoptedNames", () => {
  it("is empty where nothing is taken over", () => {
    expect(namesOf({})).to.deep.equal({});
    expect(namesOf({ engineRole: "owner" })).to.deep.equal({});
  });

  it("gives names that are set, and the default ones", () => {
    const adopt = [ApplicationDatabase, EngineRole];
    expect(namesOf({ adopt, applicationDatabase: "shop" })).to.deep.equal({
      applicationDatabase: "shop",
      engineRole: "hasura",
    });
  });

  it("is of all three with a volume, unless it is said otherwise", () => {
    const adoptVolume = "0123456789abcdef";
    expect(Object.keys(namesOf({ adoptVolume }))).to.have.members(Object.values(Adoptable));
    expect(namesOf({ adoptVolume, adopt: [EngineRole] })).to.deep.equal({ engineRole: "hasura" });
  });

  it("is of both settings where one database stands for both", () => {
    const given = { applicationDatabase: "x", metadataDatabase: "x", adopt: [MetadataDatabase] };
    expect(namesOf(given)).to.deep.equal({ applicationDatabase: "x", metadataDatabase: "x" });
  });
});
