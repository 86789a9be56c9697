import { expect } from "chai";
import { checkHeader, HeaderType } from "../../../infra/clerk/header";
import { itRefuses } from "../refusals";

type Given = Parameters<typeof checkHeader>[0];
const check = (header: Given) => checkHeader(header);
const KINDS = "allowed: Authorization, Cookie, CustomHeader";
const LETTERS = "letters, digits and !#$%&'*+-.^_`|~ are allowed";

describe("checkHeader", () => {
  itRefuses<Given>(check, "identity.header.type", [
    ["lower case", { type: "authorization" }, `"authorization" is unknown; ${KINDS}`],
    ["another kind", { type: "Bearer", name: "x" }, `"Bearer" is unknown; ${KINDS}`],
  ]);
  itRefuses<Given>(check, "identity.header.name", [
    [
      "a name with Authorization",
      { type: "Authorization", name: "x" },
      "cannot be combined with Authorization; remove it, or choose CustomHeader",
    ],
    [
      "a cookie without a name",
      { type: "Cookie" },
      "is missing; Cookie needs the name of the cookie",
    ],
    [
      "a cookie with an empty name",
      { type: "Cookie", name: "" },
      "is missing; Cookie needs the name of the cookie",
    ],
    [
      "a header without a name",
      { type: "CustomHeader" },
      "is missing; CustomHeader needs the name of the header",
    ],
    [
      "looks like a boolean",
      { type: "Cookie", name: "yes" },
      '"yes" looks like a boolean, and the name of the cookie is required; write it, such as __session or X-Auth-Token',
    ],
    ["a space", { type: "Cookie", name: "a b" }, `"a b" is not a cookie name; ${LETTERS}`],
    ["an equals sign", { type: "Cookie", name: "a=b" }, `"a=b" is not a cookie name; ${LETTERS}`],
    ["a colon", { type: "CustomHeader", name: "x:y" }, `"x:y" is not a header name; ${LETTERS}`],
    [
      "a line break",
      { type: "CustomHeader", name: "x\r\ny" },
      `"x\\r\\ny" is not a header name; ${LETTERS}`,
    ],
    [
      "authorization as custom header",
      { type: "CustomHeader", name: "authorization" },
      "is Authorization, which carries Bearer before the token; choose the type Authorization",
    ],
    [
      "cookie as custom header",
      { type: "CustomHeader", name: "Cookie" },
      "is Cookie; choose the type Cookie and the cookie's name",
    ],
    [
      "the engine's own header",
      { type: "CustomHeader", name: "X-Hasura-Role" },
      "begins with x-hasura-, which the engine keeps for itself",
    ],
  ]);
  it("accepts each kind as the engine wants it", () => {
    expect(check({ type: HeaderType.Authorization }).value).to.deep.equal({
      type: "Authorization",
    });
    for (const type of [HeaderType.Cookie, HeaderType.CustomHeader]) {
      expect(check({ type, name: "__session" }).value).to.deep.equal({ type, name: "__session" });
    }
  });
});
