import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as docker from "@pulumi/docker";
import { expect } from "chai";
import { GitRepository } from "../support/gitRepository";
import { checkRecord, readRecord, writeRecord } from "./graphRecord";
import { graphOf, VOLUME } from "./shopGraph";
import { NO_RELEASE } from "./upgradeNotes";

describe("a record", () => {
  let repository: GitRepository;
  let file: string;
  let notes: string;
  const around = (release: string) => ({ release, notes });
  const note = (release: string, ...urns: string[]) =>
    repository.write(`notes/${release}.md`, urns.join("\n"));

  beforeEach(() => {
    repository = new GitRepository();
    repository.commit();
    file = join(repository.folder, "shop.json");
    notes = join(repository.folder, "notes");
  });
  afterEach(() => repository.remove());

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
    const refused = "by no release after 0.10.0";
    expect(() => writeRecord(file, third, around("0.10.0"))).to.throw(refused);
    expect(() => checkRecord("shop", file, third)).to.throw("of a release after 0.10.0");
    note("0.11.0", VOLUME);
    writeRecord(file, third, around("0.10.0"));
  });

  for (const committed of [false, true]) {
    const when = committed ? "and committed" : "in the working tree";
    it(`that was removed ${when} is not made anew without comparing`, async () => {
      writeRecord(file, await graphOf("shop", {}), around("0.1.0"));
      repository.commit();
      rmSync(file);
      if (committed) repository.commit();
      const now = await graphOf("shop", { driver: "local" });
      expect(() => writeRecord(file, now, around("0.1.0"))).to.throw("was removed; put back");
      expect(readRecord(file)).to.equal(undefined);
    });
  }

  it("is not begun where git cannot tell what there was before", async () => {
    const folder = mkdtempSync(join(tmpdir(), "clerk-hasura-record-"));
    try {
      const now = await graphOf("shop", {});
      const place = join(folder, "shop.json");
      expect(() => writeRecord(place, now, around("0.1.0"))).to.throw("record in a clone");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
