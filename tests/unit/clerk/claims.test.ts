import { expect } from "chai";
import fc from "fast-check";
import {
  type ClaimsPlaceInput,
  checkClaimsPlace,
  DEFAULT_CLAIMS_NAMESPACE,
} from "../../../infra/clerk/claims";
import { parseJsonPath } from "../../../infra/clerk/jsonPath";
import { itRefuses } from "../refusals";

const ALLOWED = "allowed: $ followed by .name, [0], [\"x\"] or ['x']";
const check = (input: ClaimsPlaceInput) => checkClaimsPlace(input);
const byPath = (claimsNamespacePath: string) => checkClaimsPlace({ claimsNamespacePath });
const SUB =
  "sub is a registered claim, where the engine does not look for x-hasura-* values; name another claim";

function inQuotes(name: string): string {
  return `has a path within quotes, where it is the name of one claim, ${name}; a path makes no list of a text, so for a list of roles use literals, or let the issuer write a list`;
}

describe("checkClaimsPlace", () => {
  itRefuses<ClaimsPlaceInput>(check, "identity.claimsNamespace", [
    [
      "nothing",
      { claimsNamespace: "" },
      `is empty; leave it out for ${DEFAULT_CLAIMS_NAMESPACE}, or name a claim`,
    ],
    ["white space", { claimsNamespace: "a b" }, "holds white space; remove it"],
    [
      "looks like a boolean",
      { claimsNamespace: "True" },
      `looks like a boolean, and the name of a claim is required; leave it out for ${DEFAULT_CLAIMS_NAMESPACE}, or name a claim`,
    ],
    ["a registered claim", { claimsNamespace: "sub" }, SUB],
    [
      "a path",
      { claimsNamespace: "$.a" },
      "is a JSON path; move it to identity.claimsNamespacePath",
    ],
    [
      "a session variable",
      { claimsNamespace: "X-Hasura-User-Id" },
      "is a session variable; name the claim that holds them all, or use claimsMap",
    ],
  ]);
  itRefuses<ClaimsPlaceInput>(check, "identity.claimsFormat", [
    [
      "upper case",
      { claimsFormat: "JSON" },
      '"JSON" is unknown; allowed: json and stringified_json',
    ],
    ["nothing", { claimsFormat: "" }, '"" is unknown; allowed: json and stringified_json'],
    [
      "another format",
      { claimsFormat: "Json" },
      '"Json" is unknown; allowed: json and stringified_json',
    ],
  ]);
  itRefuses(byPath, "identity.claimsNamespacePath", [
    ["nothing", "", "is empty; write a JSON path such as $.sub"],
    [
      "a URL without brackets",
      "$.https://hasura.io/jwt/claims",
      'names a claim with special characters; write it in brackets, as $["https://…"]',
    ],
    ["white space", "$.a b", "holds white space; remove it"],
    [
      "a recursive descent",
      "$..a",
      "holds a wildcard, filter or ..; a path to exactly one claim is allowed",
    ],
    [
      "a wildcard",
      "$.a[*]",
      "holds a wildcard, filter or ..; a path to exactly one claim is allowed",
    ],
    [
      "a path in quotes",
      '["$.a.b"]',
      inQuotes('"$.a.b"; write "$.a.b" without brackets and quotes'),
    ],
    [
      "a path as a step",
      "$.a['$[0]']",
      inQuotes('"$[0]"; write "$[0]" without brackets and quotes'),
    ],
    ["a dollar before a name", '$["$org"]', inQuotes('"$org"')],
    ["a position in quotes", '$["roles[0]"]', inQuotes('"roles[0]"')],
    ["a step in quotes", '$.a[".b"]', inQuotes('".b"')],
    ["a shortcode", "{{user.id}}", "is a Clerk shortcode; write the path into the token, as $.sub"],
    ["a name right after $", "$foo", `is not a JSON path from character 2 on; ${ALLOWED}`],
    ["a trailing dot", "$.a.", `is not a JSON path from character 4 on; ${ALLOWED}`],
    [
      "a name that begins with a digit",
      "$.1a",
      `is not a JSON path from character 2 on; ${ALLOWED}`,
    ],
    ["an escape within quotes", '$["a\\"b"]', `is not a JSON path from character 2 on; ${ALLOWED}`],
    ["an empty name in brackets", '$.a[""]', `is not a JSON path from character 4 on; ${ALLOWED}`],
    ["a negative position", "$.a[-1]", `is not a JSON path from character 4 on; ${ALLOWED}`],
    ["an open bracket", "$.a[0", `is not a JSON path from character 4 on; ${ALLOWED}`],
    ["mixed quotes", `$["a']`, `is not a JSON path from character 2 on; ${ALLOWED}`],
    ["a list position first", "$[0]", "begins with a list position; a token is an object"],
    ["a registered claim", "$.sub", SUB],
  ]);
  itRefuses<ClaimsPlaceInput>(check, "identity.claimsNamespacePath", [
    [
      "a path beside a namespace",
      { claimsNamespace: "a", claimsNamespacePath: "$.b" },
      "excludes claimsNamespace; set one of the two",
    ],
    [
      "the whole token as a string",
      { claimsNamespacePath: "$", claimsFormat: "stringified_json" },
      "$ is the whole token, which is never a string; name a claim or use claimsFormat json",
    ],
  ]);

  it("uses the namespace of Hasura's guide when nothing is set", () => {
    expect(check({}).value).to.deep.equal({
      namespace: "https://hasura.io/jwt/claims",
      steps: ["https://hasura.io/jwt/claims"],
      format: "json",
    });
  });

  const paths: [string, (string | number)[]][] = [
    ["$", []],
    ["$.a", ["a"]],
    ["a", ["a"]],
    [".a.b", ["a", "b"]],
    ["$.a-b_c1", ["a-b_c1"]],
    ['$["https://hasura.io/jwt/claims"]', ["https://hasura.io/jwt/claims"]],
    ["$['a b'].c", ["a b", "c"]],
    ["a[0].b[12]", ["a", 0, "b", 12]],
  ];
  for (const [path, steps] of paths) {
    it(`reads the path ${path}`, () => {
      expect(byPath(path).value).to.deep.equal({ namespacePath: path, steps, format: "json" });
    });
  }

  it("reads back every path written in the grammar", () => {
    const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,9}$/);
    const special = fc.stringMatching(/^[A-Za-z0-9:/. @~é-]{1,12}$/);
    const step = fc.oneof(
      name.map((text) => ({ text: `.${text}`, step: text })),
      fc.nat(999).map((index) => ({ text: `[${index}]`, step: index })),
      special.map((text) => ({ text: `["${text}"]`, step: text })),
      special.map((text) => ({ text: `['${text}']`, step: text })),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), (parts) => {
        const parsed = parseJsonPath(`$${parts.map(({ text }) => text).join("")}`);
        expect(parsed).to.deep.equal({ steps: parts.map((part) => part.step) });
      }),
    );
  });
});
