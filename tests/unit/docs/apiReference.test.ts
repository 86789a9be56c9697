import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import * as surface from "../../../infra";
import { apiReference, REFERENCE_FILE } from "../../../tools/docs/apiReference";
import { type PublicName, publicSurface, undocumented } from "../../../tools/docs/publicSurface";

const ROOT = join(__dirname, "../../..");

describe("the API reference", function () {
  this.timeout(60_000);
  let names: PublicName[];
  before(() => {
    names = publicSurface(ROOT);
  });

  it("is current; write it by: node --import tsx tools/docs/apiReference.ts --write", () => {
    expect(readFileSync(join(ROOT, REFERENCE_FILE), "utf8")).to.equal(apiReference());
  });

  it("has everything that can be imported at run time, and the types beside it", () => {
    const present = names.map(({ name }) => name);
    expect(present).to.include.members(Object.keys(surface));
    expect(present).to.include.members(["ClerkHasuraArgs", "IdentityArgs", "ImageDigests"]);
  });

  it("explains every name, field, output and constructor", () => {
    // An algorithm's name says all there is to say.
    const silent = undocumented(names).filter((name) => !name.startsWith("SigningAlgorithm."));
    expect(silent).to.deep.equal([]);
  });

  it("tells a default wherever an argument may be left out, if only that there is none", () => {
    const args = names.filter(({ name }) => name.endsWith("Args"));
    const optional = args.flatMap((it) =>
      it.kind === "interface" ? it.fields.map((field) => ({ ...field, of: it.name })) : [],
    );
    expect(optional.length).to.be.greaterThan(80);
    const odd = optional.filter(({ doc, optional }) => /\bDefault: \S/.test(doc) !== optional);
    expect(odd.map(({ of, name }) => `${of}.${name}`)).to.deep.equal([]);
  });

  it("shows defaults, and what has to be given", () => {
    const text = apiReference(names);
    for (const row of [
      "| `port` | `Input<number>` | 8080 | Host port of the endpoint, 1 to 65535. |",
      "| `identity` | [`IdentityArgs`](#identityargs) | required | Whose tokens are accepted. |",
      "| `SslMode.VerifyFull` | `verify-full` | TLS, with such a certificate for the host's own name. |",
    ]) {
      expect(text).to.include(row);
    }
  });

  it("tells of each component what its constructor throws", () => {
    const classes = names.flatMap((it) => (it.kind === "class" ? [it] : []));
    expect(classes.map(({ name }) => name)).to.have.length(4);
    for (const { name, construction } of classes) expect(construction, name).to.match(/^Throws /);
  });

  it("links only to sections that it has", () => {
    const text = apiReference();
    const sections = [...text.matchAll(/^#{2,3} (.*)$/gm)].map(([, title = ""]) =>
      title.toLowerCase().replaceAll(" ", "-"),
    );
    const links = [...text.matchAll(/\]\(#([^)]*)\)/g)].map(([, target = ""]) => target);
    expect(links.length).to.be.greaterThan(20);
    expect(links.filter((target) => !sections.includes(target))).to.deep.equal([]);
  });

  it("keeps a pipe in a text from breaking the table", () => {
    const field = { name: "mode", type: "string", doc: "One | two. Default: a|b.", optional: true };
    const text = apiReference([{ kind: "interface", name: "XArgs", doc: "X.", fields: [field] }]);
    expect(text).to.include("| `mode` | `string` | a\\|b | One \\| two. |");
  });
});
