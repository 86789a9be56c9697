import { expect } from "chai";
import { itRefuses, type Refusal } from "../refusals";
import { HOST, JWKS, KEY, MAP, PK, resolveIdentity, untyped } from "./soundIdentity";

const CHOICE =
  "set exactly one of identity.publishableKey, identity.frontendApi, identity.jwksUrl, identity.signingKey";
const BESIDE = "cannot be combined with claimsMap; remove it, or the claimsMap";
const contradicts = (variable: string) =>
  `contradicts "x-hasura-${variable}" of identity.claimsMap; set it in one place`;

/** Refuses values of one setting, beside others, for what is at a path of it, such as `allowedRoles[1]`. */
function refuses(path: string, rows: readonly Refusal<unknown>[], beside: object = {}): void {
  const [name = ""] = path.split(/[.[]/);
  const source = /^(?:publishable|signing)Key$/.test(name) ? {} : { frontendApi: HOST };
  const check = (value: unknown) => untyped({ ...source, ...beside, [name]: value });
  itRefuses(check, `identity.${path}`, rows);
}

describe("refusals of resolveIdentity", () => {
  const holds = "holds a Frontend API that";
  const inKey = (text: string) =>
    resolveIdentity({ publishableKey: `pk_live_${Buffer.from(`${text}$`).toString("base64")}` });
  itRefuses(inKey, "identity.publishableKey", [
    [
      "a key of a loopback address",
      "127.0.0.1:4000",
      `${holds} means the engine's own container, where no issuer listens; write a host name that the container can reach`,
    ],
    [
      "a key of an address",
      "10.1.2.3:80",
      `${holds} is an IP address; Clerk's Frontend API is a host name. Use identity.jwksUrl for an issuer at an address`,
    ],
    [
      "a key of an http address",
      "http://clerk.example.com",
      `${holds} starts with http; Clerk's Frontend API is served over https only. For a test issuer without TLS use identity.jwksUrl with identity.allowHttpJwks`,
    ],
  ]);
  itRefuses(untyped, "identity", [
    ["no key", {}, `names no key source; ${CHOICE}`],
    [
      "nulls for keys",
      { publishableKey: null, jwksUrl: undefined },
      `names no key source; ${CHOICE}`,
    ],
    [
      "two keys",
      { publishableKey: PK, jwksUrl: JWKS },
      `sets publishableKey and jwksUrl; ${CHOICE}`,
    ],
    [
      "three keys",
      { frontendApi: HOST, jwksUrl: JWKS, signingKey: { algorithm: "HS256", key: KEY } },
      `sets frontendApi and jwksUrl and signingKey; ${CHOICE}`,
    ],
  ]);
  refuses("publishableKey", [
    ["a number for a key", 5, "is a number; text is required"],
    ["an empty key", "", "is empty; copy the key again from Clerk's dashboard (API keys)"],
  ]);
  refuses("signingKey", [["a text for a signing key", KEY, "is text; an object is required"]]);
  refuses("signingKey.key", [
    ["a signing key without a key", { algorithm: "HS256" }, "is missing; set it"],
  ]);
  refuses("signingKey.algorithm", [
    ["a signing key without an algorithm", { key: KEY }, "is missing; set it"],
  ]);
  refuses("audience", [["a text for a list", "x", "is text; a list of strings is required"]]);
  refuses("allowedRoles[1]", [
    ["a null in a list", ["user", null], "is empty; remove it or give a string"],
    ["a number in a list", ["user", 1], "is a number; text is required"],
  ]);
  refuses("allowHttpJwks", [["a text for a switch", "yes", "is text; true or false is required"]]);
  refuses("allowedSkewSeconds", [["a text for a number", "5", "is text; a number is required"]]);
  refuses("claimsMap", [
    ["a list for a map", [], "is a list; an object of session variables is required"],
  ]);
  refuses('claimsMap["x-hasura-a"]', [
    ["a bare path in a map", { ...MAP, "x-hasura-a": "$.a" }, "is text; an object is required"],
    [
      "an unknown field in a map",
      { ...MAP, "x-hasura-a": { value: "a" } },
      'has the unknown field "value"; allowed: path, default, defaults, literal, literals',
    ],
  ]);
  refuses("header.type", [["a header without a type", { name: "x" }, "is missing; set it"]]);
  for (const [name, value] of [
    ["claimsNamespace", "a"],
    ["claimsNamespacePath", "$.a"],
    ["claimsFormat", "json"],
  ] as const) {
    refuses(name, [[`${name} beside a claims map`, value, BESIDE]], { claimsMap: MAP });
  }
  refuses(
    "defaultRole",
    [["a default role that the map contradicts", "editor", contradicts("default-role")]],
    { claimsMap: MAP },
  );
  refuses(
    "allowedRoles",
    [["allowed roles that the map contradicts", ["user", "editor"], contradicts("allowed-roles")]],
    { claimsMap: MAP },
  );

  it("names an unknown setting and all that are known", () => {
    const [problem] = untyped({ frontendApi: HOST, clerkKey: "x" }).problems ?? [];
    expect(problem?.path).to.equal("identity");
    expect(problem?.reason).to.match(
      /^has the unknown field "clerkKey"; allowed: publishableKey, .*allowHttpJwks$/,
    );
  });
});
