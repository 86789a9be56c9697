import { expect } from "chai";
import type { Fault } from "../../../airgap/doubles/clerk/faults";
import { ClerkTemplates } from "../../../infra/providers/clerkTemplates";
import { errorOf, SIGNED, WANTED, withClerk } from "./remoteTest";

describe("ClerkTemplates on a bad line", () => {
  const clerk = withClerk();

  /** Only a test of silence gives up early: a loaded machine may be slow to answer. */
  function templates(kind?: string): ClerkTemplates {
    const { apiUrl, secretKey } = clerk();
    return new ClerkTemplates({
      apiUrl,
      secretKey,
      ...(kind === "hang" ? { timeoutMs: 1000 } : {}),
    });
  }

  function fails(fault: Fault): void {
    clerk().faults.add(fault);
  }

  function sent(method: string): number {
    return clerk().log.entries.filter((entry) => entry.method === method).length;
  }

  describe("faults on the way", () => {
    const passing: readonly [name: string, fault: Fault][] = [
      ["429 with Retry-After", { kind: "status", status: 429, retryAfter: 1 }],
      ["429 with a date", { kind: "status", status: 429, retryAfter: new Date(0).toUTCString() }],
      ["two 5xx", { kind: "status", status: 503, count: 2 }],
      ["a reset", { kind: "reset" }],
      ["a truncated answer", { kind: "truncate" }],
      ["silence", { kind: "hang" }],
    ];
    for (const [name, fault] of passing) {
      it(`reads on after ${name}`, async () => {
        const { id } = await templates().create(WANTED);
        fails(fault);
        expect((await templates(fault.kind).read(id))?.id).to.equal(id);
      });
    }

    it("gives up on a lasting 429 with Clerk's words", async () => {
      fails({ kind: "status", status: 429, count: 0 });
      const error = await errorOf(templates().create(WANTED));
      expect(sent("POST")).to.equal(4);
      expect(error).to.deep.include({ status: 429, outcomeUnknown: false });
      expect(error.message).to.contain(
        "failed after 4 tries: status 429, Clerk says too_many_requests: ",
      );
    });

    it("repeats a DELETE whose answer was lost, and takes the 404 for done", async () => {
      const { id } = await templates().create(WANTED);
      fails({ kind: "resetAfter", method: "DELETE" });
      await templates().delete(id);
      expect(sent("DELETE")).to.equal(2);
    });
  });

  describe("a create whose answer is lost", () => {
    for (const kind of ["resetAfter", "truncate", "brokenJson"] as const) {
      it(`takes what was made for created (${kind})`, async () => {
        clerk().behaviour.sortClaims = true;
        for (const wanted of [WANTED, { ...SIGNED, name: "signed" }]) {
          fails({ kind, method: "POST" });
          const made = await templates().create(wanted);
          expect(clerk().templates.find(wanted.name).id).to.equal(made.id);
        }
        expect(sent("POST")).to.equal(2);
      });
    }

    for (const fault of [
      { kind: "reset", method: "POST" },
      { kind: "hang", method: "POST" },
      { kind: "status", status: 500, method: "POST" },
    ] as const) {
      it(`says that nothing was made (${fault.kind})`, async () => {
        fails(fault);
        const error = await errorOf(templates(fault.kind).create(WANTED));
        expect(sent("POST")).to.equal(1);
        expect(error.message)
          .to.contain("failed at the first try: ")
          .and.to.contain("no template of this name was there afterwards; run it again");
      });
    }

    it("says that another one is there", async () => {
      const other = await templates().create({ ...WANTED, lifetimeSeconds: 60 });
      fails({ kind: "reset", method: "POST" });
      const error = await errorOf(templates().create(WANTED));
      expect(error.message).to.contain(
        `a template of this name with other settings (${other.id}) was there afterwards`,
      );
    });

    it("says that it could not look", async () => {
      fails({ kind: "resetAfter", method: "POST" });
      fails({ kind: "status", status: 503, method: "GET", count: 0 });
      const error = await errorOf(templates().create(SIGNED));
      expect(error.message)
        .to.contain("whether the template was created could not be looked up: ")
        .and.to.contain("status 503, Clerk says internal_clerk_error: ");
      expect(error.message).not.to.match(/[\r\n]/);
    });
  });
});
