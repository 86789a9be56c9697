import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as docker from "@pulumi/docker";
import { expect } from "chai";
import { checkRecord, readRecord, writeRecord } from "./graphRecord";
import { graphOf, VOLUME } from "./shopGraph";
import { NO_RELEASE } from "./upgradeNotes";

describe("a record", () => {
  let folder: string;
  let file: string;
  let notes: string;
  const around = (release: string) => ({ release, notes });
  const note = (release: string, ...urns: string[]) =>
    writeFileSync(join(notes, `${release}.md`), urns.join("\n"));

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "clerk-hasura-record-"));
    file = join(folder, "shop.json");
    notes = join(folder, "notes");
    mkdirSync(notes);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const changes: [what: string, name: string, volume: docker.VolumeArgs, named: string[]][] = [
    ["a changed input", "shop", { driver: "local" }, [VOLUME]],
    ["a lost resource", "store", {}, [VOLUME, "test:index:Shop::shop"]],
  ];
  for (const [what, name, volume, named] of changes) {
    it(`takes ${what} only when a note names it`, async () => {
      const before = await graphOf("shop", {});
      const after = await graphOf(name, volume);
      writeRecord(file, before, around("0.1.0"));
      for (const missing of named) {
        note("0.2.0", ...named.filter((urn) => urn !== missing));
        expect(() => writeRecord(file, after, around("0.1.0"))).to.throw(missing);
        expect(() => checkRecord("shop", file, before), "record was kept").to.not.throw();
        expect(() => checkRecord("shop", file, after)).to.throw("RECORD_GRAPHS=1");
      }
      note("0.2.0", ...named);
      writeRecord(file, after, around("0.1.0"));
      expect(() => checkRecord("shop", file, after)).to.not.throw();
    });
  }

  it("takes every change without a note while nothing has been released", async () => {
    writeRecord(file, await graphOf("shop", {}), around(NO_RELEASE));
    const after = await graphOf("store", { driver: "local" });
    expect(() => checkRecord("shop", file, after)).to.throw("RECORD_GRAPHS=1");
    writeRecord(file, after, around(NO_RELEASE));
    expect(() => checkRecord("shop", file, after)).to.not.throw();
  });

  it("takes a new resource without a note", async () => {
    const both = [...(await graphOf("shop", {})), ...(await graphOf("store", {}))];
    writeRecord(file, await graphOf("shop", {}), around("0.1.0"));
    writeRecord(file, both, around("0.1.0"));
    expect(() => checkRecord("shop", file, both)).to.not.throw();
  });

  it("takes the same change in a later release only when a later note names it", async () => {
    const [first, second, third] = [
      await graphOf("shop", {}),
      await graphOf("shop", { driver: "local" }),
      await graphOf("shop", { driver: "other" }),
    ];
    writeRecord(file, first, around("0.9.0"));
    note("0.10.0", VOLUME);
    writeRecord(file, second, around("0.9.0"));
    expect(readRecord(file)?.release).to.equal("0.9.0");
    // Released: the record stands for the stacks of that release from now on.
    writeRecord(file, second, around("0.10.0"));
    expect(readRecord(file)?.release).to.equal("0.10.0");
    const refused = "no page of a release after 0.10.0";
    expect(() => writeRecord(file, third, around("0.10.0"))).to.throw(refused);
    expect(() => checkRecord("shop", file, third)).to.throw("of a release after 0.10.0");
    note("0.11.0", VOLUME);
    writeRecord(file, third, around("0.10.0"));
  });
});
