import { expect } from "chai";
import {
  dataPath,
  FIRST_START_SCRIPT,
  GUARD_FILE,
  HBA_FILE,
  hbaRules,
  postgresStartScript,
  volumePath,
} from "../../../infra/postgres/startScript";

describe("the guard within a data directory", () => {
  const lines = [
    `postgresql.conf "include '${GUARD_FILE}'"`,
    `postgresql.auto.conf "include '${GUARD_FILE}'"`,
    `postgresql.auto.conf "hba_file = '${HBA_FILE}'"`,
  ];
  for (const [when, script] of [
    ["the first start", FIRST_START_SCRIPT],
    ["every later one", postgresStartScript("/mount")],
  ] as const) {
    it(`is set at ${when}`, () => {
      for (const line of lines) expect(script).to.contain(line);
    });
  }
});

describe("hbaRules", () => {
  const remote = (major: number) => hbaRules(major).trimEnd().split("\n").at(-1);

  it("wants a password from outside the container", () => {
    expect(remote(14)).to.equal("host all all all scram-sha-256");
    expect(remote(18)).to.equal("host all all all scram-sha-256");
  });

  it("takes the passwords that version 13 keeps", () => {
    expect(remote(13)).to.equal("host all all all md5");
  });

  it("trusts nobody else than who is inside the container", () => {
    const trusted = hbaRules(17)
      .split("\n")
      .filter((line) => line.endsWith(" trust"));
    const inside = /^(local|host) (all|replication) all( 127\.0\.0\.1\/32| ::1\/128)? trust$/;
    expect(trusted).to.have.length(6);
    for (const line of trusted) expect(line).to.match(inside);
  });
});

describe("volumePath", () => {
  for (const version of [13, 14, 15, 16, 17]) {
    it(`is the data directory up to 17: ${version}`, () => {
      expect(volumePath(version)).to.equal("/var/lib/postgresql/data");
    });
  }

  for (const version of [18, 19]) {
    it(`is the directory above it from 18 on: ${version}`, () => {
      expect(volumePath(version)).to.equal("/var/lib/postgresql");
    });
  }
});

describe("dataPath", () => {
  for (const version of [13, 17]) {
    it(`is the mount itself up to 17: ${version}`, () => {
      expect(dataPath(version)).to.equal(volumePath(version));
    });
  }

  it("is where the official image has it from 18 on", () => {
    expect(dataPath(18)).to.equal("/var/lib/postgresql/18/docker");
  });
});
