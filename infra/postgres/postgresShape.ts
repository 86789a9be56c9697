import { bindAddress, cores, image, number, port } from "../validation/rules";
import {
  anything,
  type Check,
  flag,
  group,
  judged,
  list,
  mapOf,
  plain,
  type Shaped,
  sound,
  text,
  whole,
} from "../validation/shape";
import { UNLABELED } from "./guardScript";
import { SslMode } from "./postgresArgs";

/** Settings that the component or the image decides; changing them here would break the wiring or the data. */
const OWNED_PARAMETERS = [
  "config_file",
  "data_directory",
  "hba_file",
  "listen_addresses",
  "port",
  "unix_socket_directories",
];

const parameters = judged(mapOf(anything), (given, path, problems) => {
  for (const [name, value] of Object.entries(given)) {
    if (OWNED_PARAMETERS.includes(name)) {
      const reason = "is decided by the component; allowed: any other server setting; remove it";
      problems.add(`${path}.${name}`, reason);
    } else if (!/^[a-z][a-z0-9_.]*$/.test(name) || /[\r\n\0]/.test(`${value}`)) {
      const reason =
        "is not a server setting; allowed: a lower-case name with a value on one line; correct it";
      problems.add(`${path}.${name}`, reason);
    }
  }
}) as Check<Record<string, string>>;

const host = sound(text, (it) =>
  it === "" || /[\s/@]/.test(it)
    ? `"${it.replace(/^.*@/, "…@")}" is not a host; allowed: only a host name or address; set port, user and database in their own fields`
    : undefined,
);
const MODES = Object.values(SslMode);

const EXTERNAL = {
  host,
  engineHost: host,
  port,
  enginePort: port,
  user: sound(text, (it) =>
    it === ""
      ? "is empty; allowed: a role that may create roles and databases; name it"
      : undefined,
  ),
  password: sound(text, (it) =>
    it === "" ? "is empty; allowed: the password of that role; set it as a secret" : undefined,
  ),
  database: text,
  sslMode: sound(text, (it) =>
    MODES.some((one) => one === it)
      ? undefined
      : `"${it}" is unknown; allowed: ${MODES.join(", ")}; choose one`,
  ) as Check<SslMode>,
  superuser: flag,
};

const adoptVolume = sound(text, (it) =>
  it === UNLABELED || /^[0-9a-f]{16}$/.test(it)
    ? undefined
    : `"${it}" is not an instance id; allowed: 16 hexadecimal digits, or ${UNLABELED} for a volume without one; copy it from the refusal of the volume`,
);

/** Checks of the fields, by name. */
export const POSTGRES_FIELDS = {
  image,
  majorVersion: plain(number({ min: 13, max: 18, unit: "a Postgres major version" })),
  metadataDatabase: text,
  applicationDatabase: text,
  engineRole: text,
  ownerRole: text,
  readOnlyRole: plain(text),
  adopt: plain(list(text)),
  adoptVolume: plain(adoptVolume),
  extensions: list(text),
  collation: text,
  characterType: text,
  port,
  bindAddress,
  parameters,
  shmSizeMb: number({ min: 64, unit: "megabytes" }),
  memoryMb: number({ min: 128, unit: "megabytes" }),
  cpus: cores,
  protectData: plain(flag),
  graceSeconds: number({ min: 90, max: 3600, unit: "seconds" }),
  external: whole(group(EXTERNAL, ["host", "user"])),
};

/** Postgres arguments of the right types and within bounds; what is not usable is absent. */
export type ShapedPostgres = Shaped<typeof POSTGRES_FIELDS>;
