import { expect } from "chai";
import {
  changedNothing,
  headerWithToken,
  signerOf,
  summaryText,
} from "../../../tools/commands/summary";

const STACK = {
  stack: "dev",
  endpoint: "http://127.0.0.1:8080/v1/graphql",
  websocketEndpoint: "ws://127.0.0.1:8080/v1/graphql",
  issuer: "https://clerk.example.com",
  signer: "stack" as const,
  templateName: "",
  tokenHeader: "Authorization: Bearer TOKEN",
  query: "{ todos { id title } }",
  parts: [
    { name: "Pulumi CLI", kind: "built here" as const, detail: "v3.259.0" },
    { name: "Hasura engine", kind: "double" as const, detail: "" },
  ],
  unchanged: false,
};

describe("changedNothing", () => {
  it("sees that everything stayed", () => {
    expect(
      changedNothing("Updating (dev):\n\nResources:\n    21 unchanged\n\nDuration: 2s\n"),
    ).to.equal(true);
  });
  it("sees a change beside what stayed", () => {
    expect(changedNothing("Resources:\n    ~ 1 updated\n    20 unchanged\n\nDuration")).to.equal(
      false,
    );
    expect(changedNothing("Resources:\n    + 21 created\n\nDuration: 8s\n")).to.equal(false);
  });
  it("claims nothing where Pulumi gave no counts", () => {
    expect(changedNothing("")).to.equal(false);
    expect(changedNothing("Resources:\n\nDuration: 1s\n")).to.equal(false);
  });
});

describe("signerOf", () => {
  const jwksUrl = "https://clerk.example.com/.well-known/jwks.json";
  const rsa = '{"type":"RS256","key":"pem"}';
  const cases: [Record<string, unknown>, string][] = [
    [{ jwtSecret: '{"type":"HS256","key":"k"}' }, "stack"],
    [{ jwtSecret: { type: "HS512", key: "k" }, templateName: "hasura" }, "stack"],
    [{ jwtSecret: rsa, jwksUrl: "", templateName: "" }, "keyHolder"],
    [{ jwtSecret: rsa, jwksUrl, templateName: "" }, "clerk"],
    [{ jwtSecret: rsa, jwksUrl: "", templateName: "hasura" }, "clerk"],
    [{ jwtSecret: `{"jwk_url":"${jwksUrl}"}`, jwksUrl }, "clerk"],
    [{}, "clerk"],
    [{ jwtSecret: "no JSON" }, "clerk"],
  ];
  for (const [outputs, signer] of cases) {
    it(`is ${signer} for ${JSON.stringify(outputs)}`, () => {
      expect(signerOf(outputs)).to.equal(signer);
    });
  }
});

describe("the summary after up", () => {
  it("names the addresses, the ways on, and the stand-ins", () => {
    const text = summaryText(STACK);
    expect(text).to.include(STACK.endpoint).and.include(STACK.websocketEndpoint);
    expect(text).to.include("npm run token -- --user user_1\n");
    expect(text).to.include("npx pulumi stack output adminSecret --show-secrets\n");
    expect(text).to.include("npm run down\n");
    expect(text).to.include("on this machine: Hasura engine.");
    expect(text).to.not.include("nothing changed");
  });

  it("gives a curl line that mints its own token and asks for rows of its user", () => {
    expect(summaryText(STACK)).to.include(
      `curl -sS ${STACK.endpoint} -H 'Content-Type: application/json' ` +
        `-H "Authorization: Bearer $(npm run --silent token -- --user user_1)" ` +
        `-d '{"query":"{ todos { id title } }"}'\n`,
    );
  });

  it("says that nothing changed", () => {
    expect(summaryText({ ...STACK, unchanged: true })).to.match(
      /^Stack dev is up; nothing changed\./,
    );
  });

  it("sends people to Clerk where Clerk signs", () => {
    const text = summaryText({ ...STACK, signer: "clerk" });
    expect(text).to.include("https://clerk.example.com signs").and.not.include("npm run token");
    expect(text).to.include('"Authorization: Bearer TOKEN"').and.include("await getToken() of");
  });

  it("names the template that a token has to be asked for by", () => {
    const text = summaryText({ ...STACK, signer: "clerk", templateName: "hasura" });
    expect(text).to.include('await getToken({ template: "hasura" }) of a signed-in user');
  });

  it("asks for the private key where someone else holds it, and names another stack", () => {
    const text = summaryText({ ...STACK, signer: "keyHolder", stack: "prod" });
    expect(text).to.include("token -- --user user_1 --private-key FILE --stack prod");
    expect(text).to.include("npm run down -- --stack prod\n");
  });

  it("sends the token where the engine looks for it", () => {
    expect(headerWithToken({ type: "Cookie", name: "__session" })).to.equal(
      "Cookie: __session=TOKEN",
    );
    expect(headerWithToken({ type: "CustomHeader", name: "X-Token" })).to.equal("X-Token: TOKEN");
    expect(headerWithToken(undefined)).to.equal("Authorization: Bearer TOKEN");
  });
});
