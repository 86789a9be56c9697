import { expect } from "chai";
import { encryptedPaths } from "../../../infra/program/stackFile";

const secure = { secure: "v1:ciphertext" };

describe("encryptedPaths", () => {
  it("finds encrypted values of the project however deep, and the list of an encrypted item", () => {
    const config = {
      "shop:hasura": { adminSecret: secure, port: 8080, env: { A: secure, B: "b" } },
      "shop:postgres": { external: { password: secure } },
      "shop:identity": { audience: ["a", secure], allowedRoles: ["user"] },
      "shop:probe": true,
      "other:token": secure,
    };
    expect(encryptedPaths(config, "shop")).to.deep.equal([
      "hasura.adminSecret",
      "hasura.env.A",
      "postgres.external.password",
      "identity.audience",
    ]);
  });
});
