import { expect } from "chai";
import { clientEnvironment, endpointsOf } from "../../../infra/hasura/endpoints";

describe("endpointsOf", () => {
  const rows: [bindAddress: string, authority: string][] = [
    ["127.0.0.1", "127.0.0.1:8080"],
    ["192.0.2.7", "192.0.2.7:8080"],
    ["0.0.0.0", "localhost:8080"],
    ["::", "localhost:8080"],
    ["::1", "[::1]:8080"],
    ["2001:db8::7", "[2001:db8::7]:8080"],
  ];
  for (const [bindAddress, authority] of rows) {
    it(`names ${authority} for ${bindAddress}`, () => {
      const endpoints = endpointsOf(bindAddress, 8080);
      expect(endpoints).to.deep.equal({
        endpoint: `http://${authority}/v1/graphql`,
        websocketEndpoint: `ws://${authority}/v1/graphql`,
      });
      expect(new URL(endpoints.endpoint).port).to.equal("8080");
    });
  }
});

describe("clientEnvironment", () => {
  const endpoints = endpointsOf("127.0.0.1", 8080);
  const urls = {
    NEXT_PUBLIC_HASURA_GRAPHQL_URL: "http://127.0.0.1:8080/v1/graphql",
    NEXT_PUBLIC_HASURA_GRAPHQL_WS_URL: "ws://127.0.0.1:8080/v1/graphql",
  };

  it("holds both addresses", () => {
    expect(clientEnvironment(endpoints)).to.deep.equal(urls);
  });

  it("holds the publishable key where there is one", () => {
    expect(clientEnvironment(endpoints, "pk_test_x")).to.deep.equal({
      NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: "pk_test_x",
      ...urls,
    });
  });
});
