import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { costOf } from "../judge/costOf";
import { changeContext } from "../judge/describePreview";
import { DATABASE_RESTART_SECONDS } from "../judge/serverCost";
import { Action, type ResourceChange } from "../read/preview";
import { Severity } from "../report";
import { CONTAINER, changeOf, SECRET_OBJECT, SERVER, state, UNKNOWN, VOLUME } from "./previews";

describe("serverCost", () => {
  const judged = (change: ResourceChange, ...beside: ResourceChange[]) =>
    costOf(change, changeContext([change, ...beside]));
  const image = (from: unknown, to: unknown, name = "backend-postgres-image") =>
    changeOf({
      chain: `${SERVER}$docker:index/remoteImage:RemoteImage`,
      name,
      detailed: new Map([["name", "update-replace"]]),
      old: state({ name: from }),
      new: state({ name: to }),
    });
  const server = (...forcing: string[]) =>
    changeOf({
      chain: `${SERVER}$${CONTAINER}`,
      name: "backend-postgres-container",
      detailed: new Map(forcing.map((path) => [path, "update-replace"])),
    });
  const REFUSES = /the server will not start on this data; dump and restore/;

  for (const [from, to] of [
    ["postgres:16-bookworm", "postgres:17-bookworm"],
    ["postgres:17", "registry.example.com:5000/library/postgres:16@sha256:17aa"],
    ["postgis/postgis:17-3.5", "postgis/postgis:18-3.6"],
    ["timescale/timescaledb:2.17.2-pg16", "timescale/timescaledb:2.17.2-pg17"],
    ["postgres:9.5", "postgres:9.6"],
    ["postgres:17", "postgres:18beta1-bookworm"],
  ] as const) {
    it(`says that a server does not start on the data of another major version: ${from}, ${to}`, () => {
      const cost = judged(server("image"), image(from, to));
      expect(cost?.severity).to.equal(Severity.Outage);
      expect(cost?.text)
        .to.match(REFUSES)
        .and.not.match(/until the new server is ready/);
      // A comparison of graphs sees the image alone: ids of images are not known to it.
      expect(judged(image(from, to))).to.include({ severity: Severity.Outage });
      expect(judged(image(from, to))?.text).to.match(REFUSES);
    });
  }

  it("takes a minor version, and another server's image, for a restart", () => {
    for (const beside of [
      image("postgres:17.4", "postgres:17.6-bookworm"),
      image("postgres:16", "postgres:17", "other-postgres-image"),
    ]) {
      const text = judged(server("command"), beside)?.text;
      expect(text)
        .to.match(/^Database restart/)
        .and.not.match(/major/);
    }
  });

  it("says so where the name of an image does not tell its major version", () => {
    const names = ["postgres@sha256:17aabb", "postgres:latest", "acme/pg:2025.1", "acme/pg:4.0-p2"];
    for (const to of [...names, UNKNOWN, SECRET_OBJECT]) {
      const cost = judged(server("image"), image("postgres:17", to));
      expect(cost?.text).to.match(/^Database restart.*of another major version will not start/);
    }
  });

  it("says that the rows are not there where the server gets another folder or volume", () => {
    const text = /starts on another folder or volume, without its rows/;
    const moved = server("uploads", "volumes[0].containerPath");
    for (const cost of [
      judged(moved),
      judged(moved, image("postgres:17", "postgres:18")),
      judged({ ...server(), replaceKeys: ["volumes"] }),
    ]) {
      expect(cost?.severity).to.equal(Severity.DataLoss);
      expect(cost?.text)
        .to.match(text)
        .and.not.match(/rows stay/);
    }
    const volumes = [{ volumeName: "data", containerPath: "/var/lib/postgresql/data" }];
    const more = [...volumes, { volumeName: "extra", containerPath: "/backup" }];
    const other = [{ volumeName: "other", containerPath: "/var/lib/postgresql/data" }];
    const mounting = (after: object[]) =>
      judged({ ...moved, old: state({ volumes }), new: state({ volumes: after }) })?.severity;
    expect([volumes, more, other].map(mounting)).to.deep.equal([
      Severity.Outage,
      Severity.Outage,
      Severity.DataLoss,
    ]);
  });

  it("says that rows are lost where the server's volume goes with it", () => {
    const volume = changeOf({ chain: `${SERVER}$${VOLUME}`, name: "data" });
    expect(judged(server(), volume)?.severity).to.equal(Severity.DataLoss);
  });

  it("does not say so where the volume is kept", () => {
    const kept = { old: state({}, { retainOnDelete: true }) };
    const volume = changeOf({ chain: `${SERVER}$${VOLUME}`, action: Action.Delete, ...kept });
    const gone = changeOf({ chain: `${SERVER}$${CONTAINER}`, action: Action.Delete });
    expect(judged(gone, volume)?.text).to.match(/rows stay in the volume/i);
  });

  it("takes a restart to last about as long as the published figures say", () => {
    const figures = readFileSync(join(__dirname, "../../docs/benchmarks.md"), "utf8");
    const row = /`docker compose up --wait` +\| (\d+\.\d+) s .*\| checks every second/.exec(
      figures,
    );
    expect(DATABASE_RESTART_SECONDS / Number(row?.[1])).to.be.within(0.5, 2);
  });
});
