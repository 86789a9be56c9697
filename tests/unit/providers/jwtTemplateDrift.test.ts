import { expect } from "chai";
import { jwtTemplateProvider as provider } from "../../../infra/providers/jwtTemplateProvider";
import {
  CLAIMS,
  changes,
  LOADER,
  type Props,
  read,
  remove,
  SHARED_KEY,
  SIGNED,
  update,
  withTemplates,
} from "./jwtTemplateTests";
import { errorOf } from "./remoteTest";

describe("jwtTemplateProvider and what others do", () => {
  const { clerk, stored, inputs, created, change } = withTemplates();

  describe("read", () => {
    it("answers what is in the state when nothing changed", async () => {
      clerk().behaviour.sortClaims = true;
      const { id, outs } = await created(SIGNED);
      const { props, inputs: shown } = await read(id, outs);
      expect({ ...props, __provider: LOADER }).to.deep.equal(outs);
      expect({ ...shown, __provider: LOADER }).to.deep.equal(inputs(SIGNED));
      expect(await changes(props, inputs(SIGNED))).to.equal(false);
    });

    it("shows what was changed by hand, as outputs and as inputs, and the next update restores it", async () => {
      const { id, outs } = await created();
      change(id, { name: "hand", claims: { a: 1 }, lifetime: 300, allowed_clock_skew: 0 });
      const result = await read(id, outs);
      const drift = { name: "hand", claims: { a: 1 }, lifetimeSeconds: 300, allowedSkewSeconds: 0 };
      expect(result.props).to.deep.include(drift);
      expect(result.inputs).to.deep.include(drift).and.not.to.have.property("templateId");
      expect(await changes(result.props, inputs())).to.equal(true);
      await update(id, result.props, inputs());
      expect(stored(id)).to.deep.include({ name: "hasura", claims: CLAIMS, lifetime: 90 });
    });

    const keyRows: readonly [name: string, before: Props, byHand: Props, shown: Props][] = [
      ["taken away", SIGNED, {}, {}],
      [
        "given",
        {},
        { custom_signing_key: true, signing_algorithm: "HS512", signing_key: "k".repeat(64) },
        { signingAlgorithm: "HS512" },
      ],
      [
        "changed to another algorithm",
        SIGNED,
        { custom_signing_key: true, signing_algorithm: "HS512", signing_key: "k".repeat(64) },
        { signingAlgorithm: "HS512" },
      ],
    ];
    for (const [name, before, byHand, shown] of keyRows) {
      it(`shows that a signing key was ${name}`, async () => {
        const { id, outs } = await created(before);
        change(id, { custom_signing_key: false, ...byHand });
        const { props } = await read(id, outs);
        const { signingAlgorithm, signingKey } = props;
        expect({ signingAlgorithm, signingKey }).to.deep.equal({
          signingAlgorithm: undefined,
          signingKey: undefined,
          ...shown,
        });
        expect(await changes(props, inputs(before))).to.equal(true);
      });
    }

    it("answers no id for a template that is gone", async () => {
      const { id, outs } = await created();
      clerk().templates.delete(id);
      expect(await read(id, outs)).to.deep.equal({ id: "", props: {} });
    });

    it("fails on everything else rather than losing the template", async () => {
      const { id, outs } = await created();
      for (const status of [401, 403, 422]) {
        clerk().faults.add({ kind: "status", status });
        expect((await errorOf(read(id, outs))).status).to.equal(status);
      }
      clerk().faults.add({ kind: "status", status: 503, count: 4 });
      expect((await errorOf(read(id, outs))).status).to.equal(503);
      expect((await read(id, outs)).id).to.equal(id);
    });
  });

  describe("delete", () => {
    it("removes the template, and is content when it is gone", async () => {
      const { id, outs } = await created();
      await remove(id, outs);
      expect(() => stored(id)).to.throw();
      await remove(id, outs);
    });

    const takenOver: readonly [what: string, settings: (id: string) => Props][] = [
      ["adopt", () => ({ adopt: true })],
      ["importId", (id) => ({ importId: id })],
    ];
    for (const [what, settings] of takenOver) {
      it(`leaves a template that another resource took over by ${what}, and says how to go on`, async () => {
        const { id, outs } = await created();
        const other = await created(settings(id));
        const error = await errorOf(remove(id, outs));
        expect(error.message)
          .to.contain(`JWT template "hasura" is not deleted: ${id} was written`)
          .and.to.contain("`pulumi state delete <urn>`")
          .and.to.contain("run `pulumi refresh` first")
          .and.not.match(/[\r\n]/);
        expect(stored(id).id).to.equal(other.id);
        await remove(id, other.outs);
        expect(() => stored(id)).to.throw();
      });
    }

    it("leaves a template that was changed by hand, until a refresh has shown the change", async () => {
      const { id, outs } = await created();
      change(id, { lifetime: 300 });
      await errorOf(remove(id, outs));
      expect(stored(id).lifetime).to.equal(300);
      await remove(id, (await read(id, outs)).props ?? {});
      expect(() => stored(id)).to.throw();
    });

    it("removes what its own updates wrote, and what a state without a time holds", async () => {
      const { id, outs } = await created();
      await remove(id, await update(id, outs, inputs({ lifetimeSeconds: 31 })));
      expect(() => stored(id)).to.throw();
      const older = await created();
      change(older.id, { lifetime: 300 });
      const { updatedAt: _, ...known } = older.outs;
      await remove(older.id, known);
      expect(() => stored(older.id)).to.throw();
    });

    it("says what to do about a key that was rotated, without the key", async () => {
      const { id, outs } = await created();
      const olds = { ...outs, secretKey: "sk_test_revoked" };
      for (const call of [remove(id, olds), read(id, olds)]) {
        const error = await errorOf(call);
        expect(error.message).to.contain(
          "set the current one (Clerk's dashboard, API keys) and run `pulumi up` without a refresh first",
        );
        expect(error.message).to.contain(
          "where the old key is revoked and the template is gone, `pulumi state delete <urn>`",
        );
        expect(error.message).not.to.contain("sk_test_revoked");
      }
      expect(stored(id).id).to.equal(id);
    });
  });

  describe("error texts", () => {
    it("hold neither key, whatever Clerk echoes, and no stack", async () => {
      const { id, outs } = await created(SIGNED);
      const { secretKey } = clerk();
      const message = `${secretKey} ${SHARED_KEY} ${encodeURIComponent(SHARED_KEY)}\nsecond line`;
      for (const status of [402, 422, 500]) {
        const fault = { kind: "status", status, message, count: 0 } as const;
        for (const call of [
          () => provider.create(inputs({ ...SIGNED, name: "new" })),
          () => update(id, outs, inputs(SIGNED)),
          () => read(id, outs),
          () => remove(id, outs),
        ]) {
          clerk().faults.clear();
          clerk().faults.add(fault);
          const error = await errorOf(call());
          const printed = `${error}: ${error.stack}`;
          expect(printed)
            .to.contain("***")
            .and.not.to.match(/[\r\n]/);
          expect(printed).not.to.contain(secretKey).and.not.to.contain("shared-key");
        }
      }
    });
  });
});
