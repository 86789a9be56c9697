import { expect } from "chai";
import type { Fault } from "../../../airgap/doubles/clerk/faults";
import { ClerkTemplates } from "../../../infra/providers/clerkTemplates";
import { CLAIMS, errorOf, SHARED_KEY, SIGNED, WANTED, withClerk } from "./remoteTest";
import { answers, ScriptedServer } from "./scriptedServer";

describe("ClerkTemplates", () => {
  const clerk = withClerk();

  function templates(secretKey = clerk().secretKey): ClerkTemplates {
    return new ClerkTemplates({ apiUrl: clerk().apiUrl, secretKey });
  }

  function fails(fault: Fault): void {
    clerk().faults.add(fault);
  }

  function sent(method: string): number {
    return clerk().log.entries.filter((entry) => entry.method === method).length;
  }

  describe("create, read, update and delete", () => {
    it("creates what it is told, and reads it back without the key", async () => {
      const made = await templates().create(SIGNED);
      expect(made).to.deep.equal({
        id: made.id,
        updatedAt: clerk().templates.find(made.id).updatedAt,
        name: "hasura",
        claims: CLAIMS,
        lifetimeSeconds: 90,
        allowedSkewSeconds: 7,
        customSigningKey: true,
        signingAlgorithm: "HS256",
      });
      expect(await templates().read(made.id)).to.deep.equal(made);
      expect(clerk().templates.find(made.id).signingKey).to.equal(SHARED_KEY);
    });

    it("names every setting in each write, so that none depends on what Clerk does with omitted ones", async () => {
      for (const patchOmitted of ["keep", "reset"] as const) {
        clerk().behaviour.patchOmitted = patchOmitted;
        const { id } = await templates().create({ ...SIGNED, name: patchOmitted });
        await templates().update(id, { ...WANTED, name: patchOmitted });
        expect(clerk().templates.find(id)).to.deep.include({
          customSigningKey: false,
          signingKey: null,
          lifetime: 90,
          allowedClockSkew: 7,
        });
      }
      for (const { method, bodyKeys } of clerk().log.entries) {
        expect([method, bodyKeys.length]).to.deep.equal([method, 7]);
      }
    });

    it("asks for the version that Clerk's published client asks for", async () => {
      await templates().findByName("hasura");
      expect(clerk().log.entries[0]?.apiVersion).to.equal("2026-05-12");
    });

    it("takes the address with /v1 and with a slash at its end", async () => {
      const { id } = await templates().create(WANTED);
      for (const end of ["/", "/v1", "/v1/"]) {
        const apiUrl = clerk().apiUrl + end;
        const found = new ClerkTemplates({ apiUrl, secretKey: clerk().secretKey });
        expect((await found.read(id))?.id).to.equal(id);
      }
    });

    it("knows a template that is gone, and deletes it without complaint", async () => {
      const { id } = await templates().create(WANTED);
      await templates().delete(id);
      expect(await templates().read(id)).to.equal(undefined);
      expect(await templates().update(id, WANTED)).to.equal(undefined);
      await templates().delete(id);
    });

    it("reads answers whose content type is not exactly JSON", async () => {
      const { id } = await templates().create(WANTED);
      for (const value of ["application/json; charset=utf-8", "text/plain"]) {
        fails({ kind: "contentType", value });
        expect((await templates().read(id))?.name).to.equal("hasura");
      }
    });
  });

  describe("findByName", () => {
    it("walks all pages", async () => {
      for (let number = 0; number < 205; number++) {
        await templates().create({ ...WANTED, name: `t${number}` });
      }
      clerk().log.entries = [];
      expect((await templates().findByName("t204"))?.name).to.equal("t204");
      expect(sent("GET")).to.equal(3);
      expect(await templates().findByName("t205")).to.equal(undefined);
    });

    it("ends where the server ignores limit and offset", async () => {
      await templates().create(WANTED);
      clerk().behaviour.ignorePagination = true;
      expect(await templates().findByName("other")).to.equal(undefined);
      expect(sent("GET")).to.equal(2);
    });

    it("compares names letter by letter", async () => {
      await templates().create(WANTED);
      expect(await templates().findByName("Hasura")).to.equal(undefined);
    });
  });

  describe("refusals", () => {
    const rows: readonly [status: number, code: string, remedy: string][] = [
      [400, "bad_request", "change the setting that Clerk names"],
      [401, "clerk_key_invalid", "run `pulumi up` without a refresh first"],
      [402, "unsupported_subscription_plan_features", "the plan of this Clerk application"],
      [403, "authorization_invalid", "use a secret key (sk_…) of the instance"],
      [404, "resource_not_found", "check that apiUrl is Clerk's Backend API"],
      [422, "form_param_value_invalid", "change the setting that Clerk names"],
      [418, "internal_clerk_error", "see what Clerk says"],
    ];
    for (const [status, code, remedy] of rows) {
      it(`hands on Clerk's words for ${status}, with a remedy`, async () => {
        fails({ kind: "status", status });
        const error = await errorOf(templates().create(WANTED));
        expect(error).to.deep.include({ status, outcomeUnknown: false });
        expect(error.message)
          .to.contain(`POST ${clerk().apiUrl}/v1/jwt_templates was refused with status ${status}`)
          .and.to.contain(`Clerk says ${code}: `)
          .and.to.contain(remedy)
          .and.to.match(/\(clerk_trace_id [0-9a-f]{32}\)/);
      });
    }

    it("names the wrong parameter, and all of them", async () => {
      const error = await errorOf(
        templates().create({ ...WANTED, lifetimeSeconds: 1, allowedSkewSeconds: 301 }),
      );
      expect(error.message).to.match(/least 30 \[lifetime\]; .* \[allowed_clock_skew\]/);
    });

    it("names a wrong key's refusal, not the key", async () => {
      const wrong = "sk_test_hunter2hunter2";
      const error = await errorOf(templates(wrong).findByName("hasura"));
      expect(error.status).to.equal(401);
      expect(error.message).not.to.contain("hunter2");
    });

    it("masks keys that Clerk echoes, as they are and encoded", async () => {
      const { secretKey } = clerk();
      for (const encode of [
        (text: string) => text,
        encodeURIComponent,
        (text: string) => Buffer.from(`key=${text}`).toString("base64"),
      ]) {
        for (const status of [422, 500]) {
          const message = `got ${encode(secretKey)} and ${encode(SHARED_KEY)}`;
          fails({ kind: "status", status, message, count: 0 });
          const error = await errorOf(templates().update("jtmp_1", SIGNED).finally(clearFaults));
          expect(error.message).not.to.contain(encode(secretKey)).and.not.to.contain("shared");
          expect(error.message).to.contain("***");
        }
      }
    });

    it("repeats no PATCH that was refused", async () => {
      fails({ kind: "status", status: 422 });
      await errorOf(templates().update("jtmp_1", WANTED));
      expect(sent("PATCH")).to.equal(1);
    });

    it("does not take a proxy's pages for Clerk's word", async () => {
      const proxy = new ScriptedServer();
      await proxy.start();
      const behind = new ClerkTemplates({ apiUrl: proxy.url, secretKey: "sk_test_x" });
      try {
        proxy.plays(answers(404, "<html>"));
        for (const call of [behind.read("jtmp_1"), behind.delete("jtmp_1")]) {
          expect((await errorOf(call)).message).to.contain(
            "refused with status 404, without an error in Clerk's format, so a proxy may have replied instead; check that apiUrl is Clerk's",
          );
        }
        for (const page of ["<html>", {}, { data: {} }, { data: [{ id: 1 }] }, null]) {
          proxy.plays(answers(200, page));
          for (const call of [behind.read("jtmp_1"), behind.findByName("hasura")]) {
            expect((await errorOf(call)).message).to.contain("without a JWT template in it; check");
          }
        }
      } finally {
        await proxy.stop();
      }
    });
  });

  function clearFaults(): void {
    clerk().faults.clear();
  }
});
