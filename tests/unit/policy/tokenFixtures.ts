import { ResourceType } from "../../../infra/docker/resourceTypes";
import { secretsFile } from "../../../infra/hasura/environment";
import { SECRETS_FILE } from "../../../infra/hasura/startScript";
import { UNKNOWN } from "../../../policy/rules/policyRule";
import {
  container,
  DEVELOPMENT,
  engine,
  type FixtureTable,
  fails,
  passes,
  resourceOf,
  STAGING,
} from "./fixture";

const JWT = "HASURA_GRAPHQL_JWT_SECRET";
const DEVELOPMENT_HOST = "https://happy-cat-12.clerk.accounts.dev";
const keysOf = (origin: string) => ({ jwk_url: `${origin}/.well-known/jwks.json`, issuer: origin });

/** An engine with the component's file of secrets. */
const uploaded = (secret: unknown) => {
  const database = "postgres://app:x@db/app";
  const content = secretsFile({
    adminSecret: "x",
    jwtSecret: JSON.stringify(secret),
    metadataDatabaseUrl: database,
    databaseUrl: database,
    extra: { CLERK_FRONTEND: `{"issuer":"${DEVELOPMENT_HOST}"}` },
  });
  return engine([], { uploads: [{ file: SECRETS_FILE, content }] });
};
const cloud = (secret: unknown) =>
  resourceOf(ResourceType.CloudEnvironment, { env: { [JWT]: JSON.stringify(secret) } });
const flag = (secret: unknown) =>
  engine([], { command: ["graphql-engine", "serve", "--jwt-secret", JSON.stringify(secret)] });
const variable = (secret: unknown) => engine([`${JWT}=${JSON.stringify(secret)}`]);

const LIVE = keysOf("https://clerk.example.com");
const OWN_KEY = { type: "HS256", key: "t0p-s3cret", issuer: DEVELOPMENT_HOST };
const BOTH = [
  "jwk_url points to a development instance",
  "issuer points to a development instance",
];
const PLAIN = keysOf("http://issuer.example.com");

const template = (props: Record<string, unknown>) => resourceOf(ResourceType.JwtTemplate, props);

/** Put together, so that no scanner of secrets takes it for one. */
const liveKey = ["sk", "live", "x1Y2z3"].join("_");
const testKey = ["sk", "test", "x1Y2z3"].join("_");

export const TOKEN_FIXTURES: FixtureTable = {
  "engine-live-instance": [
    passes("the production instance", uploaded(LIVE)),
    passes("the production instance, in Cloud", cloud(LIVE)),
    passes("the development instance, in staging", uploaded(keysOf(DEVELOPMENT_HOST)), STAGING),
    passes("none", engine([])),
    passes("not known yet", engine([], { uploads: [{ file: SECRETS_FILE, content: UNKNOWN }] })),
    passes("another server", container({ envs: [`${JWT}_NOTE=x`] })),
    fails("the development instance", uploaded(keysOf(DEVELOPMENT_HOST)), BOTH),
    fails("an older one", variable(keysOf("https://clerk.inspired.puma-74.lcl.dev")), BOTH),
    fails("in a flag", flag(keysOf(DEVELOPMENT_HOST)), BOTH),
    fails("in Cloud", cloud(keysOf(DEVELOPMENT_HOST)), BOTH),
    fails(
      "second of a list",
      engine([`${JWT}S=${JSON.stringify([LIVE, keysOf(DEVELOPMENT_HOST)])}`]),
      BOTH,
    ),
    fails("its issuer beside a key", uploaded(OWN_KEY), "issuer points to", {
      secrets: ["t0p-s3cret"],
    }),
    fails("in JSON that escapes slashes", engine([`${JWT}={"issuer":"https:\\/\\/a.lcl.dev"}`]), [
      "issuer points to",
    ]),
  ],
  "engine-keys-over-tls": [
    passes("with TLS", uploaded(LIVE)),
    passes("a key of its own", uploaded(OWN_KEY)),
    passes("without, in development", uploaded(PLAIN), DEVELOPMENT),
    fails("without", uploaded(PLAIN), "no TLS"),
    fails("without, in staging", variable(PLAIN), "no TLS", { settings: STAGING }),
    fails("without, in Cloud", cloud(PLAIN), "no TLS"),
  ],
  "template-lifetime": [
    passes("a minute", template({ lifetimeSeconds: 60 })),
    passes("an hour", template({ lifetimeSeconds: 3600 })),
    passes("a day, in staging", template({ lifetimeSeconds: 86_400 }), STAGING),
    fails("more than an hour", template({ lifetimeSeconds: 3601 }), "3601"),
    fails("a year", template({ lifetimeSeconds: 31_536_000 }), "revoked role"),
  ],
  "template-without-unsafe-metadata": [
    passes("public metadata", template({ claims: { role: "{{user.public_metadata.role}}" } })),
    passes("none", template({})),
    fails("unsafe", template({ claims: { a: "{{user.unsafe_metadata.role}}" } }), "every user"),
    fails(
      "unsafe, deep inside and in development",
      template({ claims: { a: { b: ["x-{{user.unsafe_metadata}}"] } } }),
      "every user",
      { settings: DEVELOPMENT },
    ),
  ],
  "template-live-key": [
    passes("the production instance's", template({ secretKey: liveKey })),
    passes("not known yet", template({ secretKey: UNKNOWN })),
    passes("the development instance's, in staging", template({ secretKey: testKey }), STAGING),
    fails("the development instance's", template({ secretKey: testKey }), "development instance", {
      secrets: [testKey, "x1Y2z3"],
    }),
    fails("no key at all", template({ secretKey: "hunter2hunter2" }), "not a secret key", {
      secrets: ["hunter2"],
    }),
  ],
};
