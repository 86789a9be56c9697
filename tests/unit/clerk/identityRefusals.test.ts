import { expect } from "chai";
import { itRefuses } from "../refusals";
import { HOST, JWKS, KEY, MAP, PK, resolveIdentity, untyped } from "./soundIdentity";

const CHOICE =
  "set exactly one of identity.publishableKey, identity.frontendApi, identity.jwksUrl, identity.signingKey";
const BESIDE = "cannot be combined with claimsMap; remove it, or the claimsMap";

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
  itRefuses(untyped, "identity.publishableKey", [
    ["a number for a key", { publishableKey: 5 }, "is a number; text is required"],
    [
      "an empty key",
      { publishableKey: "" },
      "is empty; copy the key again from Clerk's dashboard (API keys)",
    ],
  ]);
  itRefuses(untyped, "identity.signingKey", [
    ["a text for a signing key", { signingKey: KEY }, "is text; an object is required"],
  ]);
  itRefuses(untyped, "identity.signingKey.key", [
    ["a signing key without a key", { signingKey: { algorithm: "HS256" } }, "is missing; set it"],
  ]);
  itRefuses(untyped, "identity.signingKey.algorithm", [
    ["a signing key without an algorithm", { signingKey: { key: KEY } }, "is missing; set it"],
  ]);
  itRefuses(untyped, "identity.audience", [
    [
      "a text for a list",
      { frontendApi: HOST, audience: "x" },
      "is text; a list of strings is required",
    ],
  ]);
  itRefuses(untyped, "identity.allowedRoles[1]", [
    [
      "a null in a list",
      { frontendApi: HOST, allowedRoles: ["user", null] },
      "is empty; remove it or give a string",
    ],
    [
      "a number in a list",
      { frontendApi: HOST, allowedRoles: ["user", 1] },
      "is a number; text is required",
    ],
  ]);
  itRefuses(untyped, "identity.allowHttpJwks", [
    [
      "a text for a switch",
      { frontendApi: HOST, allowHttpJwks: "yes" },
      "is text; true or false is required",
    ],
  ]);
  itRefuses(untyped, "identity.allowedSkewSeconds", [
    [
      "a text for a number",
      { frontendApi: HOST, allowedSkewSeconds: "5" },
      "is text; a number is required",
    ],
  ]);
  itRefuses(untyped, "identity.claimsMap", [
    [
      "a list for a map",
      { frontendApi: HOST, claimsMap: [] },
      "is a list; an object of session variables is required",
    ],
  ]);
  itRefuses(untyped, 'identity.claimsMap["x-hasura-a"]', [
    [
      "a bare path in a map",
      { frontendApi: HOST, claimsMap: { ...MAP, "x-hasura-a": "$.a" } },
      "is text; an object is required",
    ],
    [
      "an unknown field in a map",
      { frontendApi: HOST, claimsMap: { ...MAP, "x-hasura-a": { value: "a" } } },
      'has the unknown field "value"; allowed: path, default, defaults, literal, literals',
    ],
  ]);
  itRefuses(untyped, "identity.header.type", [
    ["a header without a type", { frontendApi: HOST, header: { name: "x" } }, "is missing; set it"],
  ]);
  for (const [name, value] of [
    ["claimsNamespace", "a"],
    ["claimsNamespacePath", "$.a"],
    ["claimsFormat", "json"],
  ] as const) {
    itRefuses(untyped, `identity.${name}`, [
      [`${name} beside a claims map`, { frontendApi: HOST, claimsMap: MAP, [name]: value }, BESIDE],
    ]);
  }
  itRefuses(untyped, "identity.defaultRole", [
    [
      "a default role that the map contradicts",
      { frontendApi: HOST, claimsMap: MAP, defaultRole: "editor" },
      'contradicts "x-hasura-default-role" of identity.claimsMap; set it in one place',
    ],
  ]);
  itRefuses(untyped, "identity.allowedRoles", [
    [
      "allowed roles that the map contradicts",
      { frontendApi: HOST, claimsMap: MAP, allowedRoles: ["user", "editor"] },
      'contradicts "x-hasura-allowed-roles" of identity.claimsMap; set it in one place',
    ],
  ]);

  it("names an unknown setting and all that are known", () => {
    const [problem] = untyped({ frontendApi: HOST, clerkKey: "x" }).problems ?? [];
    expect(problem?.path).to.equal("identity");
    expect(problem?.reason).to.match(
      /^has the unknown field "clerkKey"; allowed: publishableKey, .*allowHttpJwks$/,
    );
  });
});
