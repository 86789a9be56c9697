import { expect } from "chai";
import { jwtTemplateProvider as provider } from "../../../infra/providers/jwtTemplateProvider";
import {
  CLAIMS,
  changes,
  type Props,
  SHARED_KEY,
  SIGNED,
  update,
  withTemplates,
} from "./jwtTemplateTests";
import { errorOf } from "./remoteTest";

const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

describe("jwtTemplateProvider", () => {
  const { clerk, stored, inputs, created } = withTemplates();

  describe("create", () => {
    it("makes the template and answers its id beside the inputs", async () => {
      const { id, outs } = await provider.create(inputs(SIGNED));
      expect(stored("hasura")).to.deep.include({ id, claims: CLAIMS, signingKey: SHARED_KEY });
      const { __provider: _, ...expected } = inputs(SIGNED);
      const { updatedAt } = stored(id);
      expect(outs).to.deep.equal({ ...expected, templateId: id, updatedAt });
    });

    it("answers nothing that the plugin protocol cannot carry", async () => {
      const { outs } = await provider.create(
        inputs({ signingKey: undefined, importId: undefined, signingAlgorithm: null }),
      );
      expect(Object.values(outs)).not.to.include(undefined);
    });

    it("refuses a name that exists, and says how to go on", async () => {
      const { id } = await created();
      const error = await errorOf(provider.create(inputs({ lifetimeSeconds: 300 })));
      expect(error.message).to.equal(
        `JWT template "hasura" exists already in this Clerk instance (${id}); if this stack made it under another resource name, give the resource its old name in aliases; to take over one that nothing else manages, set adopt: true or importId: "${id}", which overwrites its settings, and remove that setting after the first up; or choose another name`,
      );
      expect(stored(id).lifetime).to.equal(90);
    });

    it("takes a name over where told, with every setting", async () => {
      const { id } = await created(SIGNED);
      const adopted = await provider.create(inputs({ adopt: true, claims: { a: 1 } }));
      expect(adopted.id).to.equal(id);
      expect(stored(id)).to.deep.include({ claims: { a: 1 }, customSigningKey: false });
    });

    it("makes a new template where adopt finds none", async () => {
      expect(stored((await created({ adopt: true })).id).name).to.equal("hasura");
    });

    it("takes a template over by its id, and renames it", async () => {
      const { id } = await created({ name: "old" });
      expect((await created({ importId: id })).id).to.equal(id);
      expect(stored(id).name).to.equal("hasura");
    });

    it("refuses an id that is not there, and makes nothing", async () => {
      const error = await errorOf(provider.create(inputs({ importId: "jtmp_none" })));
      expect(error.message)
        .to.contain('JWT template "hasura" was not found: importId names jtmp_none, which')
        .and.to.contain("check that the secret key belongs to the instance");
      expect(clerk().log.entries.map(({ method }) => method)).to.deep.equal(["GET"]);
    });

    it("leaves nothing behind that a second run would stumble over", async () => {
      clerk().faults.add({ kind: "resetAfter", method: "POST" });
      const { id } = await created();
      expect(stored("hasura").id).to.equal(id);
    });
  });

  describe("diff", () => {
    it("sees no change in its own outputs, nor in the order of keys", async () => {
      const { outs } = await created(SIGNED);
      expect(await changes(outs, inputs(SIGNED))).to.equal(false);
      const claims = { nested: { a: ["{{user.id}}"], b: 1 }, role: "user" };
      expect(await changes(outs, inputs({ ...SIGNED, claims }))).to.equal(false);
    });

    it("sees no change in what counts only for a create, nor in the loader", async () => {
      const { outs } = await created();
      for (const other of [{ adopt: true }, { importId: "jtmp_x" }, { __provider: UNKNOWN }]) {
        expect(await changes(outs, inputs(other))).to.equal(false);
      }
    });

    const rows: readonly Props[] = [
      { apiUrl: "https://api.example.com" },
      { secretKey: "sk_test_other" },
      { name: "other" },
      { claims: {} },
      { claims: { ...CLAIMS, nested: { ...CLAIMS.nested, a: ["{{user.id}}", "x"] } } },
      { claims: { ...CLAIMS, nested: { ...CLAIMS.nested, b: "1" } } },
      { claims: UNKNOWN },
      { lifetimeSeconds: 91 },
      { allowedSkewSeconds: 0 },
      SIGNED,
      { secretKey: UNKNOWN },
    ];
    for (const row of rows) {
      it(`sees a change of ${JSON.stringify(row)}, and never replaces`, async () => {
        const { outs } = await created();
        const diff = await provider.diff?.("jtmp_1", outs, inputs(row));
        expect(diff).to.deep.include({ changes: true, replaces: [] });
      });
    }
  });

  describe("update", () => {
    it("writes every setting into the same template, its name too", async () => {
      const { id, outs } = await created(SIGNED);
      const news = inputs({ name: "other", lifetimeSeconds: 31 });
      expect(await update(id, outs, news)).to.deep.include({ name: "other", templateId: id });
      expect(stored(id)).to.deep.include({ name: "other", lifetime: 31, customSigningKey: false });
    });

    it("uses the new secret key, so that a rotated one gets into the state", async () => {
      const { id, outs } = await created();
      const olds = { ...outs, secretKey: "sk_test_revoked" };
      expect(await update(id, olds, inputs())).to.include({ secretKey: clerk().secretKey });
    });

    it("does not make a template anew that was deleted by hand", async () => {
      const { id, outs } = await created();
      clerk().templates.delete(id);
      const error = await errorOf(update(id, outs, inputs({ lifetimeSeconds: 31 })));
      expect(error.message)
        .to.contain(`was not found: ${id} is in the state, but not in this Clerk instance`)
        .and.to.contain("run `pulumi refresh` and then `pulumi up`")
        .and.to.contain("where the old key is revoked, `pulumi state delete <urn>`");
      expect(clerk().log.entries.at(-1)?.method).to.equal("PATCH");
    });

    it("writes the same again where the answer was lost", async () => {
      const { id, outs } = await created();
      clerk().faults.add({ kind: "truncate", method: "PATCH" });
      await update(id, outs, inputs({ lifetimeSeconds: 31 }));
      expect(stored(id).lifetime).to.equal(31);
    });
  });
});
