import type { CheckedResource } from "../../../policy/rules/policyRule";
import { UNKNOWN } from "../../../policy/rules/policyRule";
import { ResourceType } from "../../../policy/rules/resourceType";
import {
  container,
  DEVELOPMENT,
  type Fixture,
  type FixtureTable,
  fails,
  passes,
  postgres,
  resourceOf,
  STAGING,
} from "./fixture";

const { Volume, Database, Role, RemoteImage, JwtTemplate } = ResourceType;
const PGDATA = "/var/lib/postgresql/data";

function protection(type: string): Fixture[] {
  const bare = resourceOf(type, {});
  return [
    passes("protected", resourceOf(type, {}, { protect: true })),
    passes("unprotected, in development", bare, DEVELOPMENT),
    fails("unprotected", bare, "is not protected"),
    fails("unprotected, in staging", bare, "is not protected", { settings: STAGING }),
  ];
}

function mounting(name: string, containerPath: string, readOnly = false): CheckedResource {
  return container({ volumes: [{ volumeName: "data", containerPath, readOnly }] }, name);
}

const DIGEST = `sha256:${"a".repeat(64)}`;
const image = (name: unknown) => resourceOf(RemoteImage, { name });
const template = (props: Record<string, unknown>) => resourceOf(JwtTemplate, props);

/** Put together, so that no scanner of secrets takes it for one. */
const liveKey = ["sk", "live", "x1Y2z3"].join("_");
const testKey = ["sk", "test", "x1Y2z3"].join("_");

export const DATA_FIXTURES: FixtureTable = {
  "volume-protected": protection(Volume),
  "database-protected": [...protection(Database), ...protection(Role)],
  "no-superuser-role": [
    passes("the default", resourceOf(Role, {})),
    passes("false", resourceOf(Role, { superuser: false })),
    fails("true", resourceOf(Role, { superuser: true }), "superuser"),
    fails("true, in development", resourceOf(Role, { superuser: true }), "superuser", {
      settings: DEVELOPMENT,
    }),
  ],
  "one-container-per-data-volume": [
    passes("one server", mounting("a", PGDATA)),
    passes("a reader beside it", [mounting("a", PGDATA), mounting("b", "/backup", true)]),
    passes("a volume of something else", [mounting("a", "/files"), mounting("b", "/files")]),
    passes("volumes not known yet", [
      container({ volumes: UNKNOWN }, "a"),
      container({ volumes: UNKNOWN }, "b"),
    ]),
    fails(
      "two servers",
      [mounting("b", PGDATA), mounting("a", PGDATA)],
      "data is written by a and b",
    ),
    ...["/bitnami/postgresql", "/var/lib/pgsql/data", "/home/postgres/pgdata/data"].map((folder) =>
      fails(`two servers on ${folder}`, [mounting("a", folder), mounting("b", folder)], "a and b"),
    ),
    fails("a writer beside it", [mounting("a", PGDATA), mounting("b", "/backup")], "a and b"),
    fails(
      "two on one folder of the host",
      ["a", "b"].map((name) =>
        container({ volumes: [{ hostPath: "/srv/pg", containerPath: PGDATA }] }, name),
      ),
      "/srv/pg is written by a and b",
    ),
    fails(
      "in the provider's other spelling",
      ["a", "b"].map((name) =>
        container({ mounts: [{ source: "data", target: PGDATA, type: "volume" }] }, name),
      ),
      "a and b",
    ),
  ],
  "fixed-image-tag": [
    passes("a tag", image("postgres:17-bookworm")),
    passes("a digest", image(`postgres@${DIGEST}`)),
    passes("an id of content", postgres({ image: DIGEST })),
    passes("not known yet", image(UNKNOWN)),
    passes("latest, in development", image("postgres:latest"), DEVELOPMENT),
    fails("latest", image("postgres:latest"), "no fixed tag"),
    fails("none", postgres({ image: "example.com:5000/postgres" }), "no fixed tag"),
    fails("none, in staging", image("postgres"), "no fixed tag", { settings: STAGING }),
  ],
  "image-by-digest": [
    passes("a digest", image(`postgres:17-bookworm@${DIGEST}`)),
    passes("an id of content", postgres({ image: DIGEST })),
    passes("a tag, in staging", image("postgres:17-bookworm"), STAGING),
    fails("a tag", image("postgres:17-bookworm"), "can move"),
    fails("none", postgres({ image: "postgres" }), "is a tag"),
  ],
  "template-lifetime": [
    passes("a minute", template({ lifetimeSeconds: 60 })),
    passes("an hour", template({ lifetimeSeconds: 3600 })),
    passes("a day, in staging", template({ lifetimeSeconds: 86_400 }), STAGING),
    fails("more than an hour", template({ lifetimeSeconds: 3601 }), "3601"),
    fails("a year", template({ lifetimeSeconds: 31_536_000 }), "taken away"),
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
    fails("no key at all", template({ secretKey: "hunter2hunter2" }), "no secret key", {
      secrets: ["hunter2"],
    }),
  ],
};
