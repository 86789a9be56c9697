import { expect } from "chai";
import type { Fault } from "../../../airgap/doubles/hasuraCloud/faults";
import { type CloudOptions, HasuraCloud } from "../../../airgap/doubles/hasuraCloud/hasuraCloud";
import { RemoteError } from "../../../infra/http/remoteError";
import { CloudApi } from "../../../infra/providers/cloudApi";
import { TOKEN } from "./cloudTests";
import { errorOf, shortRetries } from "./remoteTest";

const SECRET = '{"type":"HS256","key":"canary-canary-canary-canary-canary"}';

describe("CloudApi", () => {
  shortRetries();
  let cloud: HasuraCloud;
  let project: string;
  let tenant: string;

  async function start(options?: CloudOptions): Promise<void> {
    cloud = await HasuraCloud.start(TOKEN, options);
    project = cloud.tenants.add({ FOREIGN: "foreign-value", OURS: "before" });
    tenant = cloud.tenants.tenantOf(project) ?? "";
  }

  beforeEach(() => start());
  afterEach(() => cloud.stop());

  const api = (token = TOKEN, id = project) => new CloudApi({ apiUrl: cloud.url, token }, id);
  const wanted = (values: Record<string, string | undefined>) => new Map(Object.entries(values));

  it("finds the tenant, and none for an unknown project", async () => {
    expect(await api().tenantOf()).to.equal(tenant);
    expect(await api(TOKEN, "7a79cf94-0e53-4520-a560-1b02bf522f08").tenantOf()).to.equal(undefined);
  });

  it("reads variables and hash, also when there are none", async () => {
    const { variables, hash } = await api().readEnv(tenant);
    expect(Object.fromEntries(variables)).to.deep.equal({
      FOREIGN: "foreign-value",
      OURS: "before",
    });
    expect(hash).to.equal(cloud.tenants.read(tenant).hash);
    cloud.tenants.edit(project, { FOREIGN: undefined, OURS: undefined });
    expect((await api().readEnv(tenant)).variables.size).to.equal(0);
  });

  it("sets and removes what is named, and answers the new state", async () => {
    const seen = await api().readEnv(tenant);
    const after = await api().updateEnv(tenant, seen, wanted({ NEW: SECRET, OURS: undefined }));
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({
      FOREIGN: "foreign-value",
      NEW: SECRET,
    });
    expect(after).to.deep.equal(await api().readEnv(tenant));
  });

  it("asks for nothing when everything is as wanted", async () => {
    const seen = await api().readEnv(tenant);
    cloud.takeOperations();
    const same = wanted({ OURS: "before", GONE: undefined });
    expect(await api().updateEnv(tenant, seen, same)).to.equal(seen);
    expect(cloud.takeOperations()).to.deep.equal([]);
  });

  it("tries again on the new state when another variable changed", async () => {
    const seen = await api().readEnv(tenant);
    cloud.beforeUpdate(() => cloud.tenants.edit(project, { FOREIGN: "changed" }));
    cloud.beforeUpdate(() => cloud.tenants.edit(project, { FOREIGN: "again" }));
    await api().updateEnv(tenant, seen, wanted({ OURS: "after" }));
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({ FOREIGN: "again", OURS: "after" });
  });

  it("gives up after three changes of other variables", async () => {
    const seen = await api().readEnv(tenant);
    for (const value of ["1", "2", "3", "4"]) {
      cloud.beforeUpdate(() => cloud.tenants.edit(project, { FOREIGN: value }));
    }
    const error = await errorOf(api().updateEnv(tenant, seen, wanted({ OURS: "after" })));
    expect(error.message).to.include("after 3 tries").and.to.include("then run it again");
    expect(cloud.tenants.environmentOf(project)).to.deep.equal({ FOREIGN: "3", OURS: "before" });
  });

  for (const [what, edit, change] of [
    ["set", { OURS: "theirs-secret" }, { OURS: "after", NEW: "1" }],
    ["removed", { OURS: undefined }, { OURS: "after" }],
    ["newly made", { NEW: "theirs-secret" }, { NEW: "mine" }],
    ["set, where it was to be removed", { OURS: "theirs-secret" }, { OURS: undefined }],
  ] as const) {
    it(`stops at a variable that somebody ${what} meanwhile, and names it without a value`, async () => {
      const seen = await api().readEnv(tenant);
      cloud.beforeUpdate(() => cloud.tenants.edit(project, edit));
      const error = await errorOf(api().updateEnv(tenant, seen, wanted(change)));
      const name = Object.keys(edit)[0] ?? "";
      expect(error.message).to.include(`somebody else changed ${name} at the same time`);
      expect(error.message).to.not.match(/theirs-secret|before|after/);
      const after = { FOREIGN: "foreign-value", OURS: "before", ...edit };
      expect(cloud.tenants.environmentOf(project)).to.deep.equal(
        Object.fromEntries(Object.entries(after).filter(([, value]) => value !== undefined)),
      );
    });
  }

  it("is content when somebody set the same value meanwhile", async () => {
    const seen = await api().readEnv(tenant);
    cloud.beforeUpdate(() => cloud.tenants.edit(project, { OURS: "after" }));
    const { variables } = await api().updateEnv(tenant, seen, wanted({ OURS: "after" }));
    expect(variables.get("OURS")).to.equal("after");
  });

  it("finds out that a change was made whose answer was lost", async () => {
    const seen = await api().readEnv(tenant);
    cloud.fail({ kind: "lostAnswer" });
    const { variables } = await api().updateEnv(tenant, seen, wanted({ OURS: "after" }));
    expect(variables.get("OURS")).to.equal("after");
    expect(cloud.tenants.environmentOf(project)).to.include({ OURS: "after" });
  });

  const down: Fault[] = [1, 2, 3, 4].map(() => ({ kind: "status", status: 503 }));
  const recoverable: [what: string, faults: Fault[]][] = [
    ["a 429", [{ kind: "status", status: 429 }]],
    ["a 502 and a truncated body", [{ kind: "status", status: 502 }, { kind: "truncated" }]],
  ];
  for (const [what, faults] of recoverable) {
    it(`gets over ${what}`, async () => {
      cloud.fail(...faults);
      expect(await api().tenantOf()).to.equal(tenant);
    });
  }

  const html = "<html>canary-page</html>";
  const faults: [what: string, faults: Fault[], words: RegExp][] = [
    [
      "Cloud is down",
      down,
      /reading the variables of project .* after 4 tries: status 503.*status page/,
    ],
    ["status 401", [{ kind: "status", status: 401 }], /status 401.*personal access token/],
    ["status 403", [{ kind: "status", status: 403 }], /status 403.*personal access token/],
    ["a 404", [{ kind: "status", status: 404 }], /status 404.*apiUrl/],
    ["no GraphQL", [{ kind: "status", status: 200, body: html }], /not understood.*apiUrl/],
    [
      "another form of answer",
      [{ kind: "status", status: 200, body: '{"data":{}}' }],
      /not understood/,
    ],
    [
      "an error of Cloud's own",
      [
        {
          kind: "graphqlError",
          code: "GenericServerError",
          message: "there was an internal error",
        },
      ],
      /refused \(GenericServerError: there was an internal error\); correct/,
    ],
  ];
  for (const [what, list, words] of faults) {
    it(`says in one line that it met ${what}`, async () => {
      cloud.fail(...list);
      const error = await errorOf(api().readEnv(tenant));
      expect(error).to.be.instanceOf(RemoteError);
      expect(error.message).to.match(words);
      expect(error.message).to.include("Hasura Cloud's API");
      expect(error.message).to.not.match(/\n|canary/);
      expect(error.message).to.not.include(TOKEN);
    });
  }

  for (const options of [{ unknownToken: "error" }, { unknownToken: "schema" }] as const) {
    it(`tells what to do about a wrong token (${options.unknownToken})`, async () => {
      await cloud.stop();
      await start(options);
      const error = await errorOf(api("wrong-token-canary").readEnv(tenant));
      expect(error.message).to.include("personal access token").and.to.include("My Account");
      expect(error.message).to.not.include("canary");
    });
  }

  it("refuses a list of variables of another form rather than take it for an empty one", async () => {
    for (const envVars of ['{"A":"flat"}', '{"environment":{"A":1}}', '{"environment":[]}', "7"]) {
      const body = `{"data":{"getTenantEnv":{"hash":"h","envVars":${envVars}}}}`;
      cloud.fail({ kind: "status", status: 200, body });
      expect((await errorOf(api().readEnv(tenant))).message, envVars).to.include("not understood");
    }
  });

  for (const [form, message] of [
    ["whole", `bad value ${SECRET}`],
    ["as JSON", `bad value ${JSON.stringify(SECRET)}`],
    ["in part", "bad key canary-canary-canary-canary-canary"],
    ["beside the token", `${TOKEN} is tired`],
  ]) {
    it(`masks a value that Cloud repeats, ${form}`, async () => {
      const seen = await api().readEnv(tenant);
      cloud.fail({ kind: "graphqlError", code: "bad-request", message: message ?? "" });
      const error = await errorOf(api().updateEnv(tenant, seen, wanted({ NEW: SECRET })));
      expect(error.message).to.include("setting NEW in project").and.to.include("***");
      expect(error.message).to.not.match(/canary|HS256/);
      expect(error.message).to.not.include(TOKEN);
    });
  }
});
