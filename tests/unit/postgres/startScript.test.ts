import { expect } from "chai";
import {
  FIRST_START_SCRIPT,
  GUARD_FILE,
  HBA_FILE,
  hbaRules,
  postgresStartScript,
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
