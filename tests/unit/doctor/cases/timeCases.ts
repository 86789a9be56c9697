import type { TokenCase } from "./tokenCase";

/** Asked when a token is made: the cases are read long before on a busy machine. */
const now = () => Math.floor(Date.now() / 1000);

export const TIME_CASES: readonly TokenCase[] = [
  {
    what: "an expired token",
    line: "token.exp",
    outcome: "failed",
    finding: /expired 1\d* s ago.*JWTExpired|expired 17 min ago.*JWTExpired/,
    get claims() {
      return { exp: now() - 1000, iat: now() - 1060 };
    },
  },
  {
    what: "an expiry within the forgiven time",
    line: "token.exp",
    outcome: "ok",
    finding: /is tolerated up to 300 s/,
    secret: { allowed_skew: 300 },
    get claims() {
      return { exp: now() - 20 };
    },
  },
  {
    what: "no expiry",
    line: "token.exp",
    outcome: "warning",
    finding: /accepts it forever/,
    claims: { exp: undefined },
  },
  {
    what: "an expiry as text",
    line: "token.exp",
    outcome: "failed",
    finding: /JWTClaimsSetDecodeError/,
    claims: { exp: "soon" },
  },
  {
    what: "a month of life",
    line: "token.exp",
    outcome: "warning",
    finding: /is valid for 30 days/,
    get claims() {
      return { exp: now() + 30 * 86_400 };
    },
  },
  {
    what: "a start in the future",
    line: "token.nbf",
    outcome: "failed",
    finding: /JWTNotYetValid/,
    get claims() {
      return { nbf: now() + 600 };
    },
  },
  {
    what: "an issue in the future",
    line: "token.iat",
    outcome: "failed",
    finding: /JWTIssuedAtFuture/,
    get claims() {
      return { iat: now() + 600 };
    },
  },
  {
    what: "an issue in the future that is tolerated",
    line: "token.iat",
    outcome: "ok",
    finding: /is tolerated/,
    secret: { allowed_skew: 300 },
    get claims() {
      return { iat: now() + 100 };
    },
  },
  {
    what: "no iat",
    line: "token.iat",
    outcome: "ok",
    finding: /does not require/,
    claims: { iat: undefined },
  },
];
