import { LABEL } from "../../../infra/docker/names";
import { ResourceType } from "../../../infra/docker/resourceTypes";
import { SECRETS_FILE } from "../../../infra/hasura/startScript";
import { UNKNOWN } from "../../../policy/rules/policyRule";
import {
  container,
  engine,
  type FixtureTable,
  fails,
  passes,
  postgres,
  resourceOf,
} from "./fixture";

const file = (name: unknown, content: unknown) => ({ uploads: [{ file: name, content }] });
const cloud = (env: unknown) => resourceOf(ResourceType.CloudEnvironment, { env });

/** Each property in a shape of which only a part is not known yet. */
const PARTLY: Record<string, unknown> = {
  capabilities: { drops: ["ALL"], adds: [UNKNOWN] },
  command: ["postgres", UNKNOWN],
  envs: ["A=b", UNKNOWN],
  healthcheck: { tests: ["CMD", UNKNOWN] },
  labels: [{ label: "a", value: UNKNOWN }],
  logOpts: { "max-size": UNKNOWN },
  mounts: [{ source: UNKNOWN, target: "/x" }],
  ports: [{ internal: 5432, ip: UNKNOWN }],
  securityOpts: ["no-new-privileges", UNKNOWN],
  uploads: [{ content: UNKNOWN }],
  volumes: [{ volumeName: UNKNOWN, containerPath: "/x" }],
};
const WHOLE = [
  ...["destroyGraceSeconds", "entrypoints", "hostname", "image", "ipcMode", "logDriver", "memory"],
  ...["memorySwap", "mustRun", "name", "networkMode", "pidMode", "privileged", "publishAllPorts"],
  ...["restart", "usernsMode"],
];

export const PREVIEW_FIXTURES: FixtureTable = {
  "judged-at-the-update": [
    passes("everything known", container({ envs: [], ports: [] })),
    passes("what no rule reads", container({ networksAdvanced: UNKNOWN, cpus: UNKNOWN })),
    passes("a password's file beside a database", postgres(file("/run/password", UNKNOWN))),
    passes(
      "the id of the stack",
      postgres({ labels: [{ label: LABEL.instance, value: UNKNOWN }] }),
    ),
    passes(
      "the id of an engine's image",
      container({ image: UNKNOWN, labels: [{ label: LABEL.part, value: "hasura" }] }),
    ),
    passes("a secret of Cloud", cloud({ HASURA_GRAPHQL_ADMIN_SECRET: UNKNOWN })),
    fails("an environment and ports", container({ ports: UNKNOWN, envs: UNKNOWN }), "envs, ports"),
    fails("uploads", container({ uploads: UNKNOWN }), "uploads"),
    fails("an upload", container({ uploads: [UNKNOWN] }), "uploads"),
    fails("an engine's file of secrets", engine([], file(SECRETS_FILE, UNKNOWN)), "uploads"),
    fails("a file's name", engine([], file(UNKNOWN, "x")), "uploads"),
    ...Object.entries(PARTLY).map(([key, value]) =>
      fails(`a part of ${key}`, container({ [key]: value }), `update: ${key}`),
    ),
    ...WHOLE.map((key) => fails(key, container({ [key]: UNKNOWN }), `update: ${key}`)),
    fails("an image's name", resourceOf(ResourceType.RemoteImage, { name: UNKNOWN }), "name"),
    fails("a role", resourceOf(ResourceType.Role, { superuser: UNKNOWN }), "superuser"),
    fails("a server", resourceOf(ResourceType.PostgresProvider, { host: UNKNOWN }), "host"),
    fails("rights", resourceOf(ResourceType.HasuraSchema, { rights: UNKNOWN }), "rights"),
    fails("roles", resourceOf(ResourceType.Probe, { tokenShape: UNKNOWN }), "tokenShape"),
    fails("a claim", resourceOf(ResourceType.JwtTemplate, { claims: { a: UNKNOWN } }), "claims"),
    fails("Cloud's variables", cloud(UNKNOWN), "env"),
    fails("one of Cloud's", cloud({ HASURA_GRAPHQL_UNAUTHORIZED_ROLE: UNKNOWN }), "env"),
  ],
};
