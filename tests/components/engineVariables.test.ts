import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { ClerkHasura, Preset } from "../../infra";
import { recordGraph, resource } from "../support/recordGraph";

const identity = { frontendApi: "clerk.example.com" };

describe("hasura.env", () => {
  it("holds a switch that undoes CORS in development, also where it is known only later", async () => {
    const name = "HASURA_GRAPHQL_DISABLE_CORS";
    for (const value of ["true", pulumi.output("true")]) {
      const args = { preset: Preset.Development, identity, hasura: { env: { [name]: value } } };
      const graph = await recordGraph(() => new ClerkHasura("api", args));
      const { uploads } = resource(graph, "api-hasura-container").inputs;
      expect(JSON.stringify(uploads)).to.contain(`${name}='true'`);
    }
  });
});
