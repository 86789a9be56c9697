import { expect } from "chai";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { costOf } from "../judge/costOf";
import { changeContext } from "../judge/describePreview";
import { Action, type ResourceChange } from "../read/preview";
import { Severity } from "../report";
import { CONTAINER, changeOf, DATABASES, ENGINE, SERVER, state, VOLUME } from "./previews";

const { Access, DataLoss, Minor, Outage, Restart, Unknown } = Severity;
const { CloudEnvironment, HasuraSchema, JwtTemplate, KeyPair, PinnedJwks, RandomPassword, Role } =
  ResourceType;
const HASURA = `${ENGINE}$${CONTAINER}`;
const POSTGRES = `${SERVER}$${CONTAINER}`;
const DATA = `${SERVER}$${VOLUME}`;
const DATABASE = `${DATABASES}$${ResourceType.Database}`;
const OTHER = "aws:s3/bucket:Bucket";

type Parts = Parameters<typeof changeOf>[0];
const replaced = (chain: string, more: Parts = {}) => changeOf({ chain, ...more });
const deleted = (chain: string, more: Parts = {}) =>
  changeOf({ chain, action: Action.Delete, ...more });
const updated = (chain: string, ...diffs: string[]) =>
  changeOf({ chain, action: Action.Update, diffs });
const secret = (name: string) => replaced(RandomPassword, { name });
const killed = (inputs: object) => replaced(HASURA, { old: state({ ...inputs }) });
const kept = { old: state({}, { retainOnDelete: true }) };
const LONG_DRAIN = ["A=1", "HASURA_GRAPHQL_GRACEFUL_SHUTDOWN_TIMEOUT=90"];

const migrating = (...migrations: string[]) =>
  changeOf({
    chain: HasuraSchema,
    action: Action.Update,
    old: state({ migrations: { "default/1_a": "sha256:a; loses data: drops table a" } }),
    new: state({ migrations: Object.fromEntries(migrations.entries()) }),
  });
const LOSSY = "sha256:b; loses data: drops table b";

function judged(change: ResourceChange) {
  return costOf(change, changeContext([change]));
}

describe("costOf", () => {
  const rows: [string, ResourceChange, Severity, RegExp][] = [
    [
      "an engine replaced that is killed at once",
      replaced(HASURA),
      Restart,
      /^Engine restart: unavailable for about 10 s when idle, and for up to 13 s .* no time to finish/,
    ],
    [
      "an engine with a grace of 20 s",
      killed({ destroyGraceSeconds: 20 }),
      Restart,
      /up to 33 s with clients connected\. .* up to 20 s to finish/,
    ],
    [
      "an engine that drains for as long as Hasura does, whatever its environment says",
      killed({ destroyGraceSeconds: 95, envs: LONG_DRAIN }),
      Restart,
      /up to 53 s with clients connected\. .* up to 30 s to finish/,
    ],
    ["an engine deleted", deleted(HASURA), Outage, /endpoint is down/],
    ["an engine changed in place", updated(HASURA), Minor, /no request fails/],
    ["an engine that is kept", deleted(HASURA, kept), Minor, /^It stays as it is/],
    ["a server replaced", replaced(POSTGRES), Outage, /^Database restart of about \d+ s:/],
    ["a server deleted", deleted(POSTGRES), Outage, /Rows stay in the volume/],
    ["a foreign container", replaced(CONTAINER), Outage, /container stops/],
    ["a volume replaced", replaced(DATA), DataLoss, /^Data loss/],
    ["a volume deleted", deleted(DATA), DataLoss, /every row of every database/],
    ["a foreign volume deleted", deleted(VOLUME), DataLoss, /every file/],
    ["a volume that is kept", deleted(DATA, kept), Minor, /^It stays with all its data/],
    ["a volume that is kept and replaced", replaced(DATA, kept), Outage, /^The old one stays/],
    ["a database replaced", replaced(DATABASE), DataLoss, /database is dropped/],
    ["a database deleted", deleted(DATABASE), DataLoss, /database is dropped/],
    ["a database renamed", updated(DATABASE, "name"), Access, /renamed with all its data/],
    ["a role replaced", replaced(`${DATABASES}$${Role}`), DataLoss, /role is dropped/],
    ["a role's password", updated(Role, "password"), Access, /can no longer connect/],
    ["the admin secret", secret("x-admin-secret"), Access, /send the old one are refused/],
    [
      "the server's password",
      secret("x-postgres-password"),
      Access,
      /server restarts with the new/,
    ],
    ["the engine's password", secret("x-databases-password"), Access, /role is updated/],
    [
      "the signing key",
      secret("signing-key"),
      Access,
      /tokens signed with the old key are refused/,
    ],
    ["another secret", secret("other"), Access, /new secret/],
    ["a template changed", updated(JwtTemplate), Access, /New tokens follow/],
    ["a template replaced", replaced(JwtTemplate), Access, /created again/],
    ["a template deleted", deleted(JwtTemplate), Access, /error instead of a token/],
    ["a pinned key changed", updated(PinnedJwks), Access, /Engine restart.*old key are refused/],
    ["a pinned key deleted", deleted(PinnedJwks), Access, /no longer pinned/],
    ["a key pair replaced", replaced(KeyPair), Access, /old key are refused/],
    ["Cloud variables changed", updated(CloudEnvironment), Access, /restarts the project's engine/],
    ["Cloud variables deleted", deleted(CloudEnvironment), Access, /removed from the project/],
    ["Cloud variables moved", replaced(CloudEnvironment), Access, /removed from the old project/],
    ["migrations that lose nothing", migrating("sha256:b"), Minor, /goes on serving/],
    ["a migration that loses data", migrating(LOSSY, "sha256:c"), DataLoss, /1 migration drops/],
    ["two of them", migrating(LOSSY, LOSSY), DataLoss, /2 migrations drop or change/],
    ["a schema given up", deleted(HasuraSchema), Minor, /keep what was applied/],
    ["a step run again", replaced(ResourceType.Command), Minor, /runs again/],
    ["an image changed", replaced(ResourceType.RemoteImage), Minor, /^New image/],
    ["an image deleted", deleted(ResourceType.RemoteImage), Minor, /stays on the Docker host/],
    ["a network replaced", replaced(ResourceType.Network), Outage, /disconnected/],
    ["privileges replaced", replaced(ResourceType.Grant), Access, /granted again/],
    ["privileges deleted", deleted(ResourceType.Grant), Access, /are revoked/],
    ["an extension deleted", deleted(ResourceType.Extension), Outage, /queries that use it fail/],
    ["a provider changed", updated(ResourceType.PostgresProvider), Minor, /connects differently/],
    ["a provider replaced", replaced(ResourceType.PostgresProvider), Unknown, /be replaced too/],
    ["an unknown type replaced", replaced(OTHER), Unknown, /may be lost/],
    ["an unknown type deleted", deleted(OTHER), Unknown, /may be lost/],
  ];
  for (const [what, change, severity, text] of rows) {
    it(`judges ${what}`, () => {
      const cost = judged(change);
      expect(cost?.severity).to.equal(severity);
      expect(cost?.text).to.match(text);
    });
  }

  it("costs nothing to create something", () => {
    for (const chain of [HASURA, DATA, DATABASE, RandomPassword, "x:y:Z"]) {
      expect(judged(changeOf({ chain, action: Action.Create })), chain).to.equal(undefined);
    }
  });
});
