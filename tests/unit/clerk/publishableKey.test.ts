import { expect } from "chai";
import fc from "fast-check";
import { parsePublishableKey } from "../../../infra/clerk/publishableKey";
import { itRefuses } from "../refusals";

const AGAIN = "copy the key again from Clerk's dashboard (API keys)";
const SECRET =
  "holds Clerk's secret key (sk_…, not shown), which does not belong here; set identity.publishableKey to the publishable key (pk_…), and rotate the secret key if it was saved anywhere";

function encode(text: string): string {
  return Buffer.from(text, "latin1").toString("base64");
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Forgiving base64 written from the WHATWG text, so that it shares nothing with `atob`. */
function decodeByHand(text: string): string | undefined {
  const bare = text.length % 4 === 0 ? text.replace(/={1,2}$/, "") : text;
  if (bare.length % 4 === 1 || [...bare].some((char) => !ALPHABET.includes(char))) return undefined;
  const bits = [...bare]
    .map((char) => ALPHABET.indexOf(char).toString(2).padStart(6, "0"))
    .join("");
  const bytes = bits.match(/.{8}/g) ?? [];
  return bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 2))).join("");
}

/** What @clerk/shared does, in the words of the facts: the oracle of the property below. */
function oracle(key: string): { instance: string; frontendApi: string } | undefined {
  const match = /^pk_(test|live)_([^_]+)$/.exec(key);
  const decoded = match?.[2] === undefined ? undefined : decodeByHand(match[2]);
  const host = decoded === undefined ? undefined : /^([^$]*\.[^$]*)\$$/s.exec(decoded)?.[1];
  if (host === undefined) return undefined;
  return { instance: match?.[1] === "live" ? "production" : "development", frontendApi: host };
}

describe("parsePublishableKey", () => {
  itRefuses((key: string) => parsePublishableKey(key), "identity.publishableKey", [
    ["nothing", "", `is empty; ${AGAIN}`],
    ["a secret test key", "sk_test_abcdefghijkl", SECRET],
    ["a secret live key in an env line", "CLERK_SECRET_KEY=sk_live_x", SECRET],
    [
      "a space before",
      ` pk_test_${encode("a.b$")}`,
      "holds white space or a line break; remove it",
    ],
    ["a line break", `pk_test_${encode("a.b$")}\n`, "holds white space or a line break; remove it"],
    ["quotation marks", '"pk_test_x"', "is wrapped in quotation marks; remove them"],
    [
      "an env line",
      "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY=pk_test_x",
      "is a line of an env file; keep only what follows the =",
    ],
    ["upper case", "PK_TEST_x", "must begin with pk_test_ or pk_live_ in lower case"],
    ["another kind", "pk_dev_x", `must begin with pk_test_ or pk_live_; ${AGAIN}`],
    [
      "a URL",
      "https://clerk.example.com",
      "is a URL; move it to identity.frontendApi (Clerk) or identity.jwksUrl (another issuer)",
    ],
    [
      "a host",
      "clerk.example.com",
      `is not a publishable key: it must begin with pk_test_ or pk_live_; ${AGAIN}`,
    ],
    ["a bare prefix", "pk_test_", `ends right after its prefix; ${AGAIN}`],
    ["a fourth part", "pk_test_a_b", `has 4 parts between underscores instead of 3; ${AGAIN}`],
    ["other characters", "pk_test_!!!", `is not base64 after its prefix; ${AGAIN}`],
    ["base64url", "pk_live_YS-i", `is not base64 after its prefix; ${AGAIN}`],
    ["wrong padding", "pk_test_YWI==", `is not base64 after its prefix; ${AGAIN}`],
    [
      "a text without $",
      `pk_test_${encode("a.b")}`,
      `is cut off or altered: its text must end with $; ${AGAIN}`,
    ],
    [
      "a second $",
      `pk_live_${encode("a$.b$")}`,
      `is altered: its text holds more than one $; ${AGAIN}`,
    ],
    [
      "two $ at the end",
      `pk_live_${encode("a.b$$")}`,
      `is altered: its text holds more than one $; ${AGAIN}`,
    ],
    [
      "a host without a dot",
      `pk_live_${encode("localhost:4000$")}`,
      "holds a host without a dot, which Clerk's libraries refuse too",
    ],
  ]);

  it("takes the instance from the prefix, never from the host", () => {
    const live = parsePublishableKey(`pk_live_${encode("happy-hippo-1.clerk.accounts.dev$")}`);
    expect(live.value?.instance).to.equal("production");
    const test = parsePublishableKey(`pk_test_${encode("clerk.example.com$")}`);
    expect(test.value?.instance).to.equal("development");
  });

  it("reads any host back, with and without padding", () => {
    const host = fc.stringMatching(/^[a-z0-9-]{1,20}(\.[a-z0-9-]{1,20}){1,4}(:\d{1,5})?$/);
    fc.assert(
      fc.property(
        host,
        fc.constantFrom("test", "live"),
        fc.boolean(),
        (frontendApi, kind, padded) => {
          const full = encode(`${frontendApi}$`);
          const key = `pk_${kind}_${padded ? full : full.replace(/=+$/, "")}`;
          const instance = kind === "live" ? "production" : "development";
          expect(parsePublishableKey(key).value).to.deep.equal({ instance, frontendApi });
        },
      ),
    );
  });

  it("agrees with an independent reading of Clerk's rules on arbitrary and mutilated keys", () => {
    const body = fc.oneof(
      fc.string({ maxLength: 12 }),
      fc
        .array(fc.constantFrom("a", ".", "$", "$", "\xe9"), { maxLength: 8 })
        .map((p) => encode(p.join(""))),
      fc.stringMatching(/^[A-Za-z0-9+/]{0,9}={0,3}$/),
      fc
        .tuple(fc.stringMatching(/^[a-z]{1,4}\.[a-z.]{1,5}\$$/), fc.boolean())
        .map(([text, padded]) => (padded ? encode(text) : encode(text).replace(/=+$/, ""))),
    );
    const keys = fc.tuple(fc.constantFrom("pk_test_", "pk_live_", "pk_", "", "pk_test"), body);
    let accepted = 0;
    fc.assert(
      fc.property(keys, ([prefix, rest]) => {
        const key = prefix + rest;
        fc.pre(!/\s/.test(key));
        const { value } = parsePublishableKey(key);
        if (value !== undefined) accepted += 1;
        expect(value).to.deep.equal(oracle(key));
      }),
      { numRuns: 3000 },
    );
    expect(accepted).to.be.greaterThan(100);
  });

  it("never echoes a key in a problem", () => {
    const tail = fc.stringMatching(/^[A-Za-z0-9]{8,60}$/);
    fc.assert(
      fc.property(
        fc.constantFrom("sk_test_", "sk_live_", "pk_dev_", "", "X=sk_live_"),
        tail,
        (head, text) => {
          const { problems } = parsePublishableKey(head + text);
          expect(problems).to.have.length(1);
          expect(JSON.stringify(problems)).not.to.contain(text);
        },
      ),
    );
  });
});
