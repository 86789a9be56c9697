import { expect } from "chai";
import { ClerkHasura, type ClerkHasuraArgs, SigningAlgorithm, type SslMode } from "../../infra";
import { production, recordGraph, resolvedValue } from "../support/recordGraph";

const identity: ClerkHasuraArgs["identity"] = {
  signingKey: { algorithm: SigningAlgorithm.HS256, key: "k".repeat(40) },
};

/** What the engine's URL says of TLS. */
async function tlsOf(sslMode?: SslMode): Promise<Record<string, string>> {
  let backend: ClerkHasura | undefined;
  const external = { host: "db.example.com", user: "admin", password: "p", sslMode };
  await recordGraph(() => {
    backend = new ClerkHasura("api", production({ identity, postgres: { external } }));
  });
  if (backend === undefined) throw new Error("not built");
  const url = new URL(await resolvedValue(backend.databaseUrl));
  return Object.fromEntries(url.searchParams);
}

describe("ClerkHasura on an external Postgres", () => {
  const sslrootcert = "/tmp/clerk-hasura-authorities.pem";

  it("checks the server's certificate unless told otherwise", async () => {
    expect(await tlsOf()).to.deep.equal({ sslmode: "verify-full", sslrootcert });
  });

  it("names authorities where a certificate is checked, and only there", async () => {
    expect(await tlsOf("verify-ca")).to.deep.equal({ sslmode: "verify-ca", sslrootcert });
    expect(await tlsOf("require")).to.deep.equal({ sslmode: "require" });
    expect(await tlsOf("disable")).to.deep.equal({ sslmode: "disable" });
  });
});
