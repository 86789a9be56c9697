import { expect } from "chai";
import fc from "fast-check";
import { type Problem, ProblemList } from "../../../infra/validation/problems";
import { bindAddress, checkImage, number, port } from "../../../infra/validation/rules";
import type { Check } from "../../../infra/validation/shape";
import { itAccepts, itReports, type ReportCase } from "../refusals";

const DIGEST = `sha256:${"a".repeat(64)}`;

function checking<T>(check: Check<T>, path: string): (value: unknown) => Problem[] {
  return (value) => {
    const problems = new ProblemList();
    check(value, path, problems);
    return [...problems.list()];
  };
}

describe("number", () => {
  const whole = checking(number({ min: 10, max: 20, unit: "apples" }), "a.b");
  const fraction = checking(number({ min: 0.1, unit: "cores", fraction: true }), "a.b");

  itAccepts(whole, [
    ["the least", 10],
    ["the most", 20],
  ]);
  itAccepts(fraction, [
    ["a fraction where one may be", 0.5],
    ["any size without an upper bound", 1e6],
  ]);
  itReports<unknown>(whole, [
    ["one too few", 9, "a.b", "a whole number of apples, 10 to 20"],
    ["one too many", 21, "a.b", "21 is out of bounds"],
    ["a fraction", 10.5, "a.b", "10.5"],
    ["text", "12", "a.b", '"12"'],
    ["what is not a number", Number.NaN, "a.b", "out of bounds"],
  ]);
  itReports<unknown>(fraction, [
    ["zero", 0, "a.b", "a number of cores, 0.1 or more"],
    ["infinity", Number.POSITIVE_INFINITY, "a.b", "out of bounds"],
  ]);

  it("accepts exactly the whole numbers within its bounds", () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: 0, max: 30 }), fc.double()), (value) => {
        const sound = Number.isInteger(value) && value >= 10 && value <= 20;
        expect(whole(value).length === 0).to.equal(sound);
      }),
    );
  });
});

describe("port", () => {
  const check = checking(port, "x.port");
  itAccepts<unknown>(check, [
    ["the lowest", 1],
    ["the highest", 65535],
  ]);
  itReports<unknown>(check, [
    ["port 0", 0, "x.port", "a TCP port"],
    ["a port above the range", 65536, "x.port", "1 to 65535"],
  ]);
});

describe("bindAddress", () => {
  const check = checking(bindAddress, "x.at");
  itAccepts<unknown>(check, [
    ["IPv4", "127.0.0.1"],
    ["IPv6", "::1"],
  ]);
  itReports<unknown>(check, [
    ["a name", "localhost", "x.at", '"localhost" is not an IP address'],
    ["an address with a port", "127.0.0.1:80", "x.at", "IPv4 or IPv6"],
    ["an empty address", "", "x.at", "not an IP address"],
  ]);
});

describe("checkImage", () => {
  const check = (image: string | undefined) => checkImage("x.image", image);
  itAccepts(check, [
    ["nothing", undefined],
    ["a tag", "postgres:17-bookworm"],
    ["a digest", `postgres@${DIGEST}`],
    ["a tag with a digest", `postgres:17@${DIGEST}`],
    ["a host with a port", "images.example.com:5000/team/postgres:17"],
    ["a moving tag with a digest", `postgres:latest@${DIGEST}`],
    ["the build of a branch", "acme/engine:main-3f2a1bc"],
    ["the build of a night", "acme/engine:nightly-2026-05-01"],
    ["a word that begins like a branch", "acme/engine:mainline"],
    ["a candidate of a release", "hasura/graphql-engine:v2.51.0-rc.1"],
    ["a name of one's own", "acme/engine:local"],
  ]);
  itReports(
    check,
    [
      "latest.cli-migrations-v3",
      "latest-ce",
      "latest_2026",
      "LATEST",
      "main",
      "master.cli-migrations-v3",
      "edge-alpine3.20",
      "nightly-pg17",
      "rc",
      "bookworm",
      "alpine",
    ].map(
      (tag): ReportCase<string> => [
        `the moving tag ${tag}`,
        `a/b:${tag}`,
        "x.image",
        "has no fixed tag",
      ],
    ),
  );
  itReports(check, [
    ["no tag", "postgres", "x.image", "has no fixed tag"],
    ["the tag latest", "postgres:latest", "x.image", "has no fixed tag"],
    ["a port taken for a tag", "images.example.com:5000/postgres", "x.image", "no fixed tag"],
    ["upper case in the name", "Postgres:17", "x.image", "not an image reference"],
    ["a space", "postgres :17", "x.image", "not an image reference"],
    ["a short digest", "postgres@sha256:abc", "x.image", "not an image reference"],
    ["nothing between the quotes", "", "x.image", "not an image reference"],
  ]);

  // With backtracking this length would take minutes, far over mocha's limit.
  it("answers in time, whatever it is given", () => {
    expect(check(`${"a".repeat(36)}!`)).to.have.length(1);
  });
});
