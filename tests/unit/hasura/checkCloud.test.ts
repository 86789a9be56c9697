import { expect } from "chai";
import { readCloud } from "../../../infra/hasura/checkCloud";
import { type Problem, ProblemList } from "../../../infra/validation/problems";
import { itAccepts, itReports } from "../refusals";

const PROJECT = "7a79cf94-0e53-4520-a560-1b02bf522f08";
const CANARY = "canarycanarycanarycanarycanarycanary";
const named = (name: string) => ({ env: { [name]: "x" } });
const at = (name: string) => `project.env.${name}`;

function checkCloud(input: object): Problem[] {
  const problems = new ProblemList();
  readCloud(input, [], problems);
  return [...problems.list()];
}

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

  itReports<object>(checkCloud, [
    ["an empty project id", { projectId: "" }, "project.projectId", "not a project id"],
    ["a project's name", { projectId: "my-project" }, "project.projectId", "a UUID"],
    ["an id with a line break", { projectId: `${PROJECT}\n` }, "project.projectId", "a UUID"],
    [
      "a project's address",
      { projectId: `https://cloud.hasura.io/project/${PROJECT}/console` },
      "project.projectId",
      "is a URL",
    ],
    ["an empty token", { token: "" }, "project.token", "is empty"],
    ["a token of white space", { token: " \n" }, "project.token", "is empty"],
    ["a token with pat before it", { token: `pat ${CANARY}` }, "project.token", "such as pat"],
    ["a token with PAT before it", { token: ` PAT\t${CANARY}` }, "project.token", "such as pat"],
    ["a Bearer token", { token: `Bearer ${CANARY}` }, "project.token", "only the token"],
    [
      "a whole header",
      { token: `Authorization: pat ${CANARY}` },
      "project.token",
      "only the token",
    ],
    ["a token with a line break", { token: `${CANARY}\n` }, "project.token", "line break"],
    ["a token outside ASCII", { token: `${CANARY}ü` }, "project.token", "outside ASCII"],
    ["Clerk's secret key", { token: `sk_test_${CANARY}` }, "project.token", "Clerk"],
    ["Clerk's publishable key", { token: `pk_live_${CANARY}` }, "project.token", "Clerk"],
    ["a short admin secret", { adminSecret: "canary" }, "project.adminSecret", "6 characters"],
    [
      "an admin secret that no header carries",
      { adminSecret: `${CANARY} ü` },
      "project.adminSecret",
      "HTTP header",
    ],
    [
      "the metadata database",
      named("HASURA_GRAPHQL_METADATA_DATABASE_URL"),
      at("HASURA_GRAPHQL_METADATA_DATABASE_URL"),
      "cannot be set in Hasura Cloud",
    ],
    [
      "the log level",
      named("HASURA_GRAPHQL_LOG_LEVEL"),
      at("HASURA_GRAPHQL_LOG_LEVEL"),
      "fixed at info",
    ],
    [
      "the JWT secret",
      named("HASURA_GRAPHQL_JWT_SECRET"),
      at("HASURA_GRAPHQL_JWT_SECRET"),
      "use identity instead",
    ],
    [
      "several JWT secrets",
      named("HASURA_GRAPHQL_JWT_SECRETS"),
      at("HASURA_GRAPHQL_JWT_SECRETS"),
      "takes the place",
    ],
    [
      "the admin secret",
      named("HASURA_GRAPHQL_ADMIN_SECRET"),
      at("HASURA_GRAPHQL_ADMIN_SECRET"),
      "project.adminSecret",
    ],
    [
      "the admin secret by its old name",
      named("HASURA_GRAPHQL_ACCESS_KEY"),
      at("HASURA_GRAPHQL_ACCESS_KEY"),
      "project.adminSecret",
    ],
    [
      "the unauthorized role",
      named("HASURA_GRAPHQL_UNAUTHORIZED_ROLE"),
      at("HASURA_GRAPHQL_UNAUTHORIZED_ROLE"),
      "identity.unauthorizedRole",
    ],
    [
      "an auth hook",
      named("HASURA_GRAPHQL_AUTH_HOOK"),
      at("HASURA_GRAPHQL_AUTH_HOOK"),
      "cannot be combined with a JWT secret",
    ],
    ["a name with a dash", named("A-B"), at("A-B"), "not a variable name"],
    ["a name that begins with a digit", named("1A"), at("1A"), "not a variable name"],
    ["an empty name", named(""), at('""'), "not a variable name"],
    [
      "a name that no object keeps",
      { env: JSON.parse('{"__proto__":"x"}') },
      at("__proto__"),
      "no",
    ],
    ["a value that is not a string", { env: { A: 7 } }, at("A"), "quotes"],
    ["an address that is none", { apiUrl: "cloud" }, "project.apiUrl", "is not a URL"],
    ["http", { apiUrl: "http://cloud.example.com/" }, "project.apiUrl", "unencrypted"],
    [
      "http on a host that begins like loopback",
      { apiUrl: "http://127.0.0.1.example.com/" },
      "project.apiUrl",
      "unencrypted",
    ],
    ["another protocol", { apiUrl: "ftp://cloud.example.com/" }, "project.apiUrl", "https"],
    ["user info", { apiUrl: `https://me:${CANARY}@x.example.com/` }, "project.apiUrl", "user info"],
    ["a query", { apiUrl: `https://x.example.com/?t=${CANARY}` }, "project.apiUrl", "query"],
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
