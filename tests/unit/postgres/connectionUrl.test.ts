import { expect } from "chai";
import fc from "fast-check";
import { Client } from "pg";
import { type ConnectionParts, connectionUrl } from "../../../infra/postgres/connectionUrl";

const parts: ConnectionParts = {
  host: "postgres",
  port: 5432,
  user: "hasura",
  password: "secret",
  database: "app",
};
/** Any text of whole characters; half a surrogate pair is not a string. */
const anyText = fc.string({ unit: "binary", minLength: 1, maxLength: 40 });

describe("connectionUrl", () => {
  it("is written exactly so", () => {
    expect(connectionUrl(parts)).to.equal("postgresql://hasura:secret@postgres:5432/app");
  });

  it("names the TLS mode where there is one", () => {
    expect(connectionUrl({ ...parts, sslMode: "verify-full" })).to.equal(
      "postgresql://hasura:secret@postgres:5432/app?sslmode=verify-full",
    );
  });

  it("names the authorities that the server's certificate may come from", () => {
    const sslRootCert = "/a dir/authorities.pem";
    expect(connectionUrl({ ...parts, sslMode: "verify-ca", sslRootCert })).to.equal(
      "postgresql://hasura:secret@postgres:5432/app?sslmode=verify-ca&sslrootcert=%2Fa%20dir%2Fauthorities.pem",
    );
  });

  it("puts an IPv6 address in brackets", () => {
    expect(new URL(connectionUrl({ ...parts, host: "::1" })).hostname).to.equal("[::1]");
  });

  it("encodes what would lead the client elsewhere", () => {
    const url = connectionUrl({ ...parts, password: "a@evil:1/x?y#z%2F b" });
    expect(url).to.equal("postgresql://hasura:a%40evil%3A1%2Fx%3Fy%23z%252F%20b@postgres:5432/app");
  });

  it("is read back to the letter, whatever user, password and database are", () => {
    fc.assert(
      fc.property(anyText, anyText, anyText, (user, password, database) => {
        const url = new URL(connectionUrl({ ...parts, user, password, database }));
        expect(url.host).to.equal("postgres:5432");
        expect(decodeURIComponent(url.username)).to.equal(user);
        expect(decodeURIComponent(url.password)).to.equal(password);
        expect(url.search).to.equal("");
        expect(url.hash).to.equal("");
        // "." and ".." as a whole path are taken away by every URL reader.
        if (!/^\.{1,2}$/.test(database)) {
          expect(decodeURIComponent(url.pathname.slice(1))).to.equal(database);
        }
      }),
    );
  });

  it("is read back by a Postgres client, whatever the password is", () => {
    fc.assert(
      fc.property(anyText, (password) => {
        const client = new Client(connectionUrl({ ...parts, password }));
        expect(client).to.include({ host: "postgres", port: 5432, user: "hasura", password });
      }),
    );
  });
});
