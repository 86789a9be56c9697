import { expect } from "chai";
import { costOf } from "../costOf";
import { changeContext } from "../describeChange";
import { Action, type ResourceChange } from "../preview";
import { Severity } from "../report";
import { CONTAINER, changeOf, DATABASES, ENGINE, SERVER, state, VOLUME } from "./previews";

const DRAIN = "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT";
const OWNER = "clerk-hasura:index:ClerkHasura";
const DYNAMIC = `${OWNER}$pulumi-nodejs:dynamic/clerkHasura`;
const PASSWORD = `${OWNER}$random:index/randomPassword:RandomPassword`;
const DATABASE = `${DATABASES}$postgresql:index/database:Database`;

function judged(change: ResourceChange) {
  return costOf(change, changeContext([change]));
}

describe("costOf", () => {
  const rows: [string, Parameters<typeof changeOf>[0], Severity, RegExp][] = [
    [
      "an engine replaced that is killed at once",
      {},
      Severity.Restart,
      /^Engine restart: no answer for about 10 s when idle and up to 13 s with clients .* no time to end/,
    ],
    [
      "an engine with the default grace",
      { old: state({ destroyGraceSeconds: 20 }) },
      Severity.Restart,
      /up to 33 s with clients connected; .* up to 20 s to end/,
    ],
    [
      "an engine that drains for as long as Hasura does, whatever its environment says",
      { old: state({ destroyGraceSeconds: 95, envs: ["A=1", `${DRAIN}=90`] }) },
      Severity.Restart,
      /up to 53 s with clients connected; .* up to 30 s to end/,
    ],
    ["an engine deleted", { action: Action.Delete }, Severity.Outage, /endpoint is gone/],
    ["an engine changed in place", { action: Action.Update }, Severity.Minor, /no request fails/],
    [
      "a server replaced",
      { chain: `${SERVER}$${CONTAINER}` },
      Severity.Outage,
      /^Database restart of about \d+ s:/,
    ],
    [
      "a server deleted",
      { chain: `${SERVER}$${CONTAINER}`, action: Action.Delete },
      Severity.Outage,
      /rows stay in the volume/,
    ],
    ["a volume replaced", { chain: `${SERVER}$${VOLUME}` }, Severity.DataLoss, /Data loss/],
    [
      "a volume deleted",
      { chain: `${SERVER}$${VOLUME}`, action: Action.Delete },
      Severity.DataLoss,
      /every row of every database/,
    ],
    [
      "a foreign volume deleted",
      { chain: VOLUME, action: Action.Delete },
      Severity.DataLoss,
      /every file/,
    ],
    [
      "a volume that is kept",
      {
        chain: `${SERVER}$${VOLUME}`,
        action: Action.Delete,
        old: state({}, { retainOnDelete: true }),
      },
      Severity.Minor,
      /Kept where it is/,
    ],
    [
      "a volume that is kept and replaced",
      { chain: `${SERVER}$${VOLUME}`, old: state({}, { retainOnDelete: true }) },
      Severity.Outage,
      /^The old one is kept/,
    ],
    [
      "an engine that is kept",
      { action: Action.Delete, old: state({}, { retainOnDelete: true }) },
      Severity.Minor,
      /^Kept as it is/,
    ],
    ["a database replaced", { chain: DATABASE }, Severity.DataLoss, /database is dropped/],
    [
      "a database deleted",
      { chain: DATABASE, action: Action.Delete },
      Severity.DataLoss,
      /dropped/,
    ],
    [
      "a database renamed",
      { chain: DATABASE, action: Action.Update, diffs: ["name"] },
      Severity.Access,
      /renamed with all data/,
    ],
    [
      "a role replaced",
      { chain: `${DATABASES}$postgresql:index/role:Role` },
      Severity.DataLoss,
      /role is dropped/,
    ],
    [
      "a role's password",
      { chain: "postgresql:index/role:Role", action: Action.Update, diffs: ["password"] },
      Severity.Access,
      /password changes/,
    ],
    [
      "the admin secret",
      { chain: PASSWORD, name: "x-admin-secret" },
      Severity.Access,
      /old one is refused/,
    ],
    [
      "the server's password",
      { chain: PASSWORD, name: "x-postgres-password" },
      Severity.Access,
      /server restarts and is given the new one; clients with the old one are refused\.$/,
    ],
    [
      "the engine's password",
      { chain: PASSWORD, name: "x-databases-password" },
      Severity.Access,
      /role is altered/,
    ],
    [
      "the signing key",
      { chain: PASSWORD, name: "signing-key" },
      Severity.Access,
      /every token of the old key/,
    ],
    ["another secret", { chain: PASSWORD, name: "other" }, Severity.Access, /new secret/],
    [
      "a template changed",
      { chain: `${DYNAMIC}:JwtTemplate`, action: Action.Update },
      Severity.Access,
      /From the next token on/,
    ],
    [
      "a template deleted",
      { chain: `${DYNAMIC}:JwtTemplate`, action: Action.Delete },
      Severity.Access,
      /error instead of a token/,
    ],
    [
      "a pinned key changed",
      { chain: `${DYNAMIC}:PinnedJwks`, action: Action.Update },
      Severity.Access,
      /Engine restart.*old key are refused/,
    ],
    [
      "a key pair replaced",
      { chain: `${DYNAMIC}:KeyPair` },
      Severity.Access,
      /old key are refused/,
    ],
    [
      "Cloud variables changed",
      { chain: `${DYNAMIC}:CloudEnvironment`, action: Action.Update },
      Severity.Access,
      /restarts the project's engine/,
    ],
    [
      "Cloud variables deleted",
      { chain: `${DYNAMIC}:CloudEnvironment`, action: Action.Delete },
      Severity.Access,
      /taken out of the project/,
    ],
    [
      "Cloud variables moved",
      { chain: `${DYNAMIC}:CloudEnvironment` },
      Severity.Access,
      /taken out of the old project/,
    ],
    ["a step run again", { chain: "command:local:Command" }, Severity.Minor, /runs again/],
    [
      "an image changed",
      { chain: "docker:index/remoteImage:RemoteImage" },
      Severity.Minor,
      /New image/,
    ],
    ["a network replaced", { chain: "docker:index/network:Network" }, Severity.Outage, /cut off/],
    [
      "rights made again",
      { chain: "postgresql:index/grant:Grant" },
      Severity.Access,
      /granted again/,
    ],
    [
      "an extension dropped",
      { chain: "postgresql:index/extension:Extension", action: Action.Delete },
      Severity.Outage,
      /functions fail/,
    ],
    [
      "a provider replaced",
      { chain: "pulumi:providers:postgresql" },
      Severity.Unknown,
      /may be replaced as well/,
    ],
    [
      "an unknown kind replaced",
      { chain: "aws:s3/bucket:Bucket" },
      Severity.Unknown,
      /may be lost/,
    ],
    [
      "an unknown kind deleted",
      { chain: "aws:s3/bucket:Bucket", action: Action.Delete },
      Severity.Unknown,
      /may be lost/,
    ],
    ["a foreign container", { chain: CONTAINER }, Severity.Outage, /container stops/],
  ];
  for (const [what, parts, severity, text] of rows) {
    it(`judges ${what}`, () => {
      const cost = judged(changeOf(parts));
      expect(cost?.severity).to.equal(severity);
      expect(cost?.text).to.match(text);
    });
  }

  it("costs nothing to create something", () => {
    const chains = [`${ENGINE}$${CONTAINER}`, `${SERVER}$${VOLUME}`, DATABASE, PASSWORD, "x:y:Z"];
    for (const chain of chains) {
      expect(judged(changeOf({ chain, action: Action.Create })), chain).to.equal(undefined);
    }
  });
});
