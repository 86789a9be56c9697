import { expect } from "chai";
import { readCloud } from "../../../infra/hasura/checkCloud";
import { type Problem, ProblemList } from "../../../infra/validation/problems";
import { itAccepts, itReports, itReportsField } from "../refusals";

const PROJECT = "7a79cf94-0e53-4520-a560-1b02bf522f08";
const CANARY = "canarycanarycanarycanarycanarycanary";
const named = (name: string) => ({ env: { [name]: "x" } });
const at = (name: string) => `project.env.${name}`;

function checkCloud(input: object): Problem[] {
  const problems = new ProblemList();
  readCloud(input, [], problems);
  return [...problems.list()];
}

const reports = itReportsField(checkCloud, "project");

describe("readCloud", () => {
  itAccepts<object>(checkCloud, [
    ["nothing, because what is not known yet is absent", {}],
    ["a project and a token", { projectId: PROJECT, token: "x".repeat(64) }],
    ["an upper-case id", { projectId: PROJECT.toUpperCase() }],
    ["an admin secret of 32 characters", { adminSecret: "x".repeat(32) }],
    [
      "variables of one's own, also empty",
      { env: { PAYMENT_KEY: "", HASURA_GRAPHQL_CORS_DOMAIN: "*", _a1: "1" } },
    ],
    ["Cloud's own address", { apiUrl: "https://data.pro.hasura.io/v1/graphql" }],
    ["http on loopback", { apiUrl: "http://127.0.0.1:8123/v1/graphql" }],
    ["http on localhost", { apiUrl: "http://localhost:8123/v1/graphql" }],
    ["http on IPv6 loopback", { apiUrl: "http://[::1]:8123/v1/graphql" }],
  ]);

  reports("projectId", [
    ["an empty project id", "", "not a project id"],
    ["a project's name", "my-project", "a UUID"],
    ["an id with a line break", `${PROJECT}\n`, "a UUID"],
    ["a project's address", `https://cloud.hasura.io/project/${PROJECT}/console`, "is a URL"],
  ]);
  reports("token", [
    ["an empty token", "", "is empty"],
    ["a token of white space", " \n", "is empty"],
    ["a token with pat before it", `pat ${CANARY}`, "such as pat"],
    ["a token with PAT before it", ` PAT\t${CANARY}`, "such as pat"],
    ["a Bearer token", `Bearer ${CANARY}`, "only the token"],
    ["a whole header", `Authorization: pat ${CANARY}`, "only the token"],
    ["a token with a line break", `${CANARY}\n`, "line break"],
    ["a token outside ASCII", `${CANARY}ü`, "outside ASCII"],
    ["Clerk's secret key", `sk_test_${CANARY}`, "Clerk"],
    ["Clerk's publishable key", `pk_live_${CANARY}`, "Clerk"],
  ]);
  reports("adminSecret", [
    ["a short admin secret", "canary", "6 characters"],
    ["an admin secret that no header carries", `${CANARY} ü`, "HTTP header"],
  ]);
  itReports<object>(
    checkCloud,
    (
      [
        [
          "the metadata database",
          "HASURA_GRAPHQL_METADATA_DATABASE_URL",
          "cannot be set in Hasura Cloud",
        ],
        ["the log level", "HASURA_GRAPHQL_LOG_LEVEL", "fixed at info"],
        ["the JWT secret", "HASURA_GRAPHQL_JWT_SECRET", "use identity instead"],
        ["several JWT secrets", "HASURA_GRAPHQL_JWT_SECRETS", "takes the place"],
        ["the admin secret", "HASURA_GRAPHQL_ADMIN_SECRET", "project.adminSecret"],
        ["the admin secret by its old name", "HASURA_GRAPHQL_ACCESS_KEY", "project.adminSecret"],
        ["the unauthorized role", "HASURA_GRAPHQL_UNAUTHORIZED_ROLE", "identity.unauthorizedRole"],
        ["an auth hook", "HASURA_GRAPHQL_AUTH_HOOK", "cannot be combined with a JWT secret"],
        ["a name with a dash", "A-B", "not a variable name"],
        ["a name that begins with a digit", "1A", "not a variable name"],
      ] as const
    ).map(([what, name, words]) => [what, named(name), at(name), words]),
  );
  itReports<object>(checkCloud, [
    ["an empty name", named(""), at('""'), "not a variable name"],
    [
      "a name that no object keeps",
      { env: JSON.parse('{"__proto__":"x"}') },
      at("__proto__"),
      "no",
    ],
    ["a value that is not a string", { env: { A: 7 } }, at("A"), "quotes"],
  ]);
  reports("apiUrl", [
    ["an address that is none", "cloud", "is not a URL"],
    ["http", "http://cloud.example.com/", "unencrypted"],
    ["http on a host that begins like loopback", "http://127.0.0.1.example.com/", "unencrypted"],
    ["another protocol", "ftp://cloud.example.com/", "https"],
    ["user info", `https://me:${CANARY}@x.example.com/`, "user info"],
    ["a query", `https://x.example.com/?t=${CANARY}`, "query"],
  ]);

  it("reports everything at once, and no secret", () => {
    const problems = checkCloud({
      projectId: `x${CANARY}`,
      token: `pat ${CANARY}`,
      adminSecret: `${CANARY} `,
      env: { HASURA_GRAPHQL_JWT_SECRET: CANARY, [`${CANARY}=`]: CANARY },
      apiUrl: `http://${CANARY}@x.example.com/`,
    });
    expect(problems.map(({ path }) => path.split(".").slice(0, 2).join("."))).to.deep.equal([
      "project.projectId",
      "project.token",
      "project.adminSecret",
      "project.env",
      "project.env",
      "project.apiUrl",
    ]);
    expect(JSON.stringify(problems)).to.not.include("canary");
  });
});
