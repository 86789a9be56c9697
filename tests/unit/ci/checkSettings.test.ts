import { expect } from "chai";
import { checkSettings } from "../../../tools/ci/checkSettings";

const CLOUD = { PULUMI_BACKEND_URL: "https://api.pulumi.com", PULUMI_ACCESS_TOKEN: "pul-canary" };
const HOSTED = { RUNNER_ENVIRONMENT: "github-hosted" };

const ROWS: [string, NodeJS.ProcessEnv, boolean, RegExp[]][] = [
  ["Pulumi Cloud with a token", CLOUD, false, []],
  ["an object store", { PULUMI_BACKEND_URL: "s3://states?region=eu-central-1" }, false, []],
  ["an update on an own runner", { ...CLOUD, RUNNER_ENVIRONMENT: "self-hosted" }, true, []],
  ["an update over a Docker host", { ...CLOUD, ...HOSTED, DOCKER_HOST: "ssh://a@b" }, true, []],
  ["a preview on a hosted runner", { ...CLOUD, ...HOSTED }, false, []],
  ["no backend", {}, false, [/PULUMI_BACKEND_URL is not set/]],
  ["an empty backend", { PULUMI_BACKEND_URL: "" }, false, [/PULUMI_BACKEND_URL is not set/]],
  ["an unknown backend", { PULUMI_BACKEND_URL: "ftp://canary" }, false, [/names no backend/]],
  [
    "a password in the backend",
    { PULUMI_BACKEND_URL: "s3://me:canary@states" },
    false,
    [/holds a user or a password/],
  ],
  [
    "Pulumi Cloud without a token",
    { PULUMI_BACKEND_URL: "https://api.pulumi.com" },
    false,
    [/PULUMI_ACCESS_TOKEN is not set/],
  ],
  ["an update on a hosted runner", { ...CLOUD, ...HOSTED }, true, [/PULUMI_RUNNER/]],
  [
    "files on a hosted runner",
    { PULUMI_BACKEND_URL: "file:///state", ...HOSTED },
    true,
    [/gone with its runner/, /PULUMI_RUNNER/],
  ],
];

describe("settings of a job", () => {
  for (const [what, env, changes, expected] of ROWS) {
    it(`${expected.length === 0 ? "take" : "refuse"} ${what}`, () => {
      const problems = checkSettings(env, { stack: "staging", changes });
      expect(problems).to.have.length(expected.length);
      for (const [index, pattern] of expected.entries()) {
        expect(problems[index])
          .to.match(pattern)
          .and.not.match(/canary|\n/);
      }
    });
  }
});
