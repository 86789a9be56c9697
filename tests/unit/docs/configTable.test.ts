import { expect } from "chai";
import { argumentDocs } from "../../../tools/docs/argumentDocs";
import { CONFIG_PAGE, configTable, withConfigTable } from "../../../tools/docs/configTable";
import { checkoutRoot } from "../../../tools/setup/checkoutRoot.cjs";
import { readPage } from "./pages";

describe("the reference of all settings", () => {
  it("stands on its page as the docstrings have it", () => {
    const page = readPage(CONFIG_PAGE);
    expect(page, "run: npm run docs").to.include(configTable());
    expect(withConfigTable(page)).to.equal(page);
  });

  it("takes a default out of the middle of a docstring", () => {
    const { meaning, default: standard } =
      argumentDocs(checkoutRoot, ["dockerHost"]).get("dockerHost") ?? {};
    expect(standard).to.match(/^the docker provider's.*is passed$/);
    expect(meaning).to.match(/names it\. Another engine than the provider's is refused\.$/);
  });

  it("is not made where an argument is unknown", () => {
    expect(() => argumentDocs(checkoutRoot, ["hasura.prt"])).to.throw("hasura.prt is not an argu");
  });
});
