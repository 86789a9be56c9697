import { ResourceType } from "../../../infra/docker/resourceTypes";
import type { CheckedResource } from "../../../policy/rules/policyRule";
import { UNKNOWN } from "../../../policy/rules/policyRule";
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

const { Volume, Database, Role, RemoteImage } = ResourceType;
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
};
