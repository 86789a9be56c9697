import { generateKeyPairSync, randomBytes } from "node:crypto";
import { expect } from "chai";
import { startClerk } from "./support/clerk";
import {
  acceptsAndRefusesClerkTokens,
  type ClerkMode,
  INVALID_SIGNATURE,
  refusalFor,
} from "./support/clerkTokenSuite";
import { docker } from "./support/docker";
import { dataOf, type EngineClient } from "./support/engineClient";
import { makeNotes, notesSeen } from "./support/notes";
import type { TestClerk } from "./support/testClerk";
import { changedNothing, type StackConfig, TestStack } from "./support/testStack";
import { bearer, hmacSigner, rsaSigner, type Signer } from "./support/tokens";

const elliptic = () => generateKeyPairSync("ec", { namedCurve: "P-256" });
const JWKS = "/.well-known/jwks.json";

/** A table whose rows belong to organisations. */
async function makeProjects(client: EngineClient): Promise<void> {
  await client.sql(`
    create table projects (id serial primary key, org_id text not null);
    insert into projects (org_id) values ('org_1'), ('org_1'), ('org_2'), ('');`);
  const table = { source: "default", table: { schema: "public", name: "projects" } };
  await client.metadata("pg_track_table", table);
  const filter = {
    _and: [{ org_id: { _eq: "X-Hasura-Org-Id" } }, { org_id: { _neq: "" } }],
  };
  const permission = { columns: ["org_id"], filter };
  await client.metadata("pg_create_select_permission", { ...table, role: "user", permission });
}

describe("every key that may sign Clerk's tokens, on one stack", function () {
  this.timeout(300_000);
  let clerk: TestClerk;
  let stack: TestStack;
  let client: EngineClient;

  before(async () => {
    const host = `clerk.e2e-${randomBytes(4).toString("hex")}.test`;
    clerk = await startClerk(`chtest-e2e-keys-${process.pid}`, host, { published: true });
    await clerk.addUsers("user_1", "user_2", "user_3");
    stack = await TestStack.create(clerk.settings);
    const { apiUrl, secretKey } = clerk.place;
    const access = { CLERK_API_URL: apiUrl, CLERK_SECRET_KEY: secretKey };
    Object.assign(stack.variables, clerk.variables, access);
    await stack.up();
    client = await stack.client();
    await makeNotes(client);
    await makeProjects(client);
  });
  after(async () => {
    await stack?.cleanUp();
    await clerk?.stop();
  });

  const secret = async () =>
    JSON.parse((await stack.outputs()).jwtSecret) as Record<string, unknown>;
  const become = async (config: StackConfig) => {
    await stack.configure(config);
    return stack.up();
  };
  const mode = (template?: string, stranger?: Signer): ClerkMode => ({
    clerk,
    client,
    ...(template === undefined ? {} : { template }),
    ...(stranger === undefined ? {} : { stranger }),
  });
  const fromTemplate = () => clerk.token({ user: "user_1", template: "hasura" });
  const accepts = async (token: string) =>
    expect(await notesSeen(client, bearer(token))).to.have.length(100);

  describe("session tokens, with nothing but a publishable key", () => {
    acceptsAndRefusesClerkTokens(() => mode());
    pleasesTheDoctor();

    it("shows members the rows of their active organisation, and others none", async () => {
      await clerk.addOrganization("org_1", "user_1");
      const projects = async (organization?: string) => {
        const token = await clerk.token({ user: "user_1", organization });
        const answer = await client.graphql("{ projects { org_id } }", bearer(token));
        return dataOf<{ projects: { org_id: string }[] }>(answer).projects;
      };
      expect(await projects("org_1")).to.deep.equal([{ org_id: "org_1" }, { org_id: "org_1" }]);
      expect(await projects()).to.deep.equal([]);
    });
  });

  describe("a template with Clerk's own key, by the address of its key set", () => {
    before(() => become(clerk.templateSettings));

    it("hands the engine the address", async () => {
      expect(await secret()).to.include({ jwk_url: clerk.issuer + JWKS, issuer: clerk.issuer });
    });

    acceptsAndRefusesClerkTokens(() => mode("hasura"));
    pleasesTheDoctor("--template", "hasura");

    it("refuses a session token, which carries no claims of Hasura's", async () => {
      const refusal = await refusalFor(mode(), await clerk.token({ user: "user_1" }));
      expect(refusal).to.have.property("code", "jwt-invalid-claims");
    });
  });

  describe("a generated HS256 key", () => {
    before(() => become({ plain: { "template.signingKey.algorithm": "HS256" } }));
    acceptsAndRefusesClerkTokens(() => mode("hasura", hmacSigner(randomBytes(32).toString("hex"))));
    pleasesTheDoctor("--template", "hasura");
    refusesClerksOwnKey();
  });

  describe("a generated RS256 pair", () => {
    before(() => become({ plain: { "template.signingKey.algorithm": "RS256" } }));
    acceptsAndRefusesClerkTokens(() => mode("hasura", rsaSigner("ins_1")));
    pleasesTheDoctor("--template", "hasura");
    refusesClerksOwnKey();

    it("leaves the engine out of the preview of a change to the template alone", async () => {
      await stack.configure({ plain: { "template.lifetimeSeconds": "90" } });
      const { text } = await stack.preview();
      expect(text).to.contain("1 to update").and.not.contain("to replace");
      await stack.configure({ absent: ["template.lifetimeSeconds"] });
    });

    it("is rotated by template.signingKey.rotation: old tokens are refused, new ones accepted", async () => {
      const old = await fromTemplate();
      await accepts(old);
      const before = (await secret()).key;
      await become({ plain: { "template.signingKey.rotation": "second" } });
      expect((await secret()).key).to.not.equal(before);
      expect(await refusalFor(mode(), old)).to.deep.equal(INVALID_SIGNATURE);
      await accepts(await fromTemplate());
      const again = await stack.up();
      expect(changedNothing(again), again.text).to.equal(true);
    });
  });

  describe("a supplied ES256 key", () => {
    const { privateKey, publicKey } = elliptic();

    before(() =>
      become({
        plain: { "template.signingKey.algorithm": "ES256" },
        secret: {
          "template.signingKey.key": privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
        },
        absent: ["template.signingKey.rotation"],
      }),
    );

    it("hands the engine the public half alone", async () => {
      const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
      expect(await secret()).to.include({ type: "ES256", key: pem });
    });

    acceptsAndRefusesClerkTokens(() =>
      mode("hasura", { algorithm: "ES256", key: elliptic().privateKey }),
    );
    pleasesTheDoctor("--template", "hasura");
    refusesClerksOwnKey();
  });

  describe("Clerk's own key again", () => {
    before(() => become({ absent: ["template.signingKey.algorithm", "template.signingKey.key"] }));

    it("signs the template's tokens", async () => {
      expect(await clerk.template()).to.include({ custom_signing_key: false });
    });

    acceptsAndRefusesClerkTokens(() => mode("hasura"));
    pleasesTheDoctor("--template", "hasura");
  });

  describe("Clerk's own key, pinned", () => {
    before(() => become({ plain: { "identity.jwks": "pinned" } }));
    after(() => clerk?.clearFaults());

    it("hands the engine the key itself", async () => {
      const { type, key, jwk_url } = await secret();
      const { jwtKey } = await clerk.control.call("GET", "state");
      expect({ type, key, jwk_url }).to.deep.equal({
        type: "RS256",
        key: jwtKey,
        jwk_url: undefined,
      });
    });

    acceptsAndRefusesClerkTokens(() => mode("hasura"));
    pleasesTheDoctor("--template", "hasura");

    it("survives a restart of the engine while the key set cannot be had", async () => {
      await clerk.fault({ kind: "status", status: 503, path: JWKS, count: 0 });
      await docker(["restart", stack.engineContainer], 120_000);
      await client.healthy();
      await accepts(await fromTemplate());
    });

    it("survives an up meanwhile, which says so and changes nothing", async () => {
      const { text, ...finished } = await stack.up();
      expect(changedNothing({ text, ...finished }), text).to.equal(true);
      expect(text).to.contain("the pinned key").and.to.contain("503");
      await clerk.clearFaults();
    });

    it("refuses the new key after a rotation; no preview asks for it", async () => {
      const hits = await clerk.jwksHits();
      await clerk.rotate();
      expect(await refusalFor(mode(), await fromTemplate())).to.deep.equal(INVALID_SIGNATURE);
      await stack.preview();
      expect(await clerk.jwksHits()).to.equal(hits);
    });

    it("takes the new key at the next up, whose text shows the change", async () => {
      const { text } = await stack.up();
      expect(text).to.match(/PinnedJwks .*updated/);
      await accepts(await fromTemplate());
      const again = await stack.up();
      expect(changedNothing(again), again.text).to.equal(true);
    });
  });

  /** The doctor looks for itself, with a token that it fetches from Clerk. */
  function pleasesTheDoctor(...flags: string[]): void {
    it("is in order, as the doctor sees it", async () => {
      const { code, stdout, text } = await stack.tool(
        "doctor",
        "--json",
        "--user",
        "user_1",
        ...flags,
      );
      expect(code, text).to.equal(0);
      const { checks } = JSON.parse(stdout) as { checks: { id: string; outcome: string }[] };
      const introspection = checks.find(({ id }) => id === "introspection");
      expect(introspection, text).to.have.property("outcome", "ok");
    });
  }

  /** Beside a key of its own, a template leaves Clerk's key without a say. */
  function refusesClerksOwnKey(): void {
    it("refuses a token signed with Clerk's own key", async () => {
      const session = await clerk.token({ user: "user_1" });
      expect(await refusalFor(mode(), session)).to.have.property("code", "invalid-jwt");
    });
  }
});
