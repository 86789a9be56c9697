/** Where clients connect. */
export interface Endpoints {
  /** GraphQL over HTTP. */
  endpoint: string;
  /** GraphQL over WebSocket. */
  websocketEndpoint: string;
}

function reachableHost(bindAddress: string): string {
  if (bindAddress === "0.0.0.0" || bindAddress === "::") return "localhost";
  return bindAddress.includes(":") ? `[${bindAddress}]` : bindAddress;
}

/** Addresses of an engine that is bound to a host's port; a wildcard address is named localhost. */
export function endpointsOf(bindAddress: string, port: number): Endpoints {
  const authority = `${reachableHost(bindAddress)}:${port}`;
  return {
    endpoint: `http://${authority}/v1/graphql`,
    websocketEndpoint: `ws://${authority}/v1/graphql`,
  };
}

/** Environment block of a Next.js app; holds nothing secret. */
export function clientEnvironment(
  endpoints: Endpoints,
  publishableKey?: string,
): Record<string, string> {
  return {
    ...(publishableKey === undefined ? {} : { NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY: publishableKey }),
    NEXT_PUBLIC_HASURA_GRAPHQL_URL: endpoints.endpoint,
    NEXT_PUBLIC_HASURA_GRAPHQL_WS_URL: endpoints.websocketEndpoint,
  };
}
