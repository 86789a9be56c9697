import { posix } from "node:path";
import { HARDENING } from "../../infra/docker/containerDefaults";
import { ResourceType } from "../../infra/docker/resourceTypes";
import { mountsOf } from "./containers";
import { PolicyLevel, type ResourceRule } from "./policyRule";
import { holdsUnknown, isUnknown, recordAt, textsAt } from "./properties";

const types = [ResourceType.Container];

const privileged: ResourceRule = {
  name: "no-privileged-container",
  description: "no container is privileged",
  remedy: "remove privileged, and add the one capability that is needed",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    props.privileged === true ? ["privileged is true, which makes it root of the host"] : [],
};

/** Folders of the host whose content is a way to the daemon or to root, however they are mounted. */
const HOST_FOLDERS: readonly RegExp[] = [
  /^\/(run|var|var\/run|var\/lib)?$/,
  /\/(docker|containerd|podman)\.sock$/,
  /^\/(var\/)?run\/(docker|containerd|podman|crio|user|user\/\d+)$/,
  /^\/var\/lib\/(docker|containerd|containers|kubelet)(\/|$)/,
  /^\/etc(\/(shadow|sudoers|sudoers\.d|ssh|pam\.d|cron[\w.-]*|systemd|docker|ld\.so\.preload)(\/|$)|$)/,
  /^\/root(\/|$)/,
];
/** What may be read, as monitoring does, and what makes it root of the host where it may be written. */
const KEPT_FOLDERS =
  /^\/(proc|sys|boot|(usr\/)?(s?bin|lib(64)?)|etc\/(passwd|group))(\/|$)|^\/(usr|dev)$/;

const dockerSocket: ResourceRule = {
  name: "no-docker-socket",
  description: "no container reaches the container engine's socket, or another way to the host",
  remedy: "remove the mount, or give it a proxy that allows the needed calls alone",
  level: PolicyLevel.Mandatory,
  types,
  check: (resource) =>
    mountsOf(resource)
      .map((it) => ({ ...it, source: posix.normalize(it.source).replace(/(?<=.)\/$/, "") }))
      .filter(
        ({ source, writes }) =>
          HOST_FOLDERS.some((it) => it.test(source)) || (writes && KEPT_FOLDERS.test(source)),
      )
      .map(({ source }) => `mounts ${source} of the host, which gives access to every container`),
};

/** Capabilities that amount to root of the host. */
const ROOT_CAPABILITIES = [
  "ALL",
  "BPF",
  "DAC_READ_SEARCH",
  "MAC_ADMIN",
  "MAC_OVERRIDE",
  "PERFMON",
  "SYS_ADMIN",
  "SYS_MODULE",
  "SYS_PTRACE",
  "SYS_RAWIO",
];
const bare = (capability: string) => capability.toUpperCase().replace(/^CAP_/, "");

const capabilities: ResourceRule = {
  name: "drop-all-capabilities",
  description: "a container drops all capabilities and adds back none that amounts to root",
  remedy: 'set capabilities to { drops: ["ALL"] } and add only what the program needs',
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    if (isUnknown(resource, "capabilities")) return [];
    const given = recordAt(resource.props, "capabilities");
    const [drops, adds] = [textsAt(given, "drops").map(bare), textsAt(given, "adds").map(bare)];
    const missing = holdsUnknown(given.drops)
      ? []
      : HARDENING.capabilities.drops.filter((it) => !drops.includes(it));
    return [
      ...missing.map((it) => `does not drop ${it}`),
      ...adds.filter((it) => ROOT_CAPABILITIES.includes(it)).map((it) => `adds ${it}`),
    ];
  },
};

const newPrivileges: ResourceRule = {
  name: "no-new-privileges",
  description: "a container's processes cannot gain privileges",
  remedy: 'add "no-new-privileges" to securityOpts',
  level: PolicyLevel.Mandatory,
  types,
  check(resource) {
    if (holdsUnknown(resource.props.securityOpts)) return [];
    const options = textsAt(resource.props, "securityOpts").map((it) =>
      it.replace(/[:=]true$/, ""),
    );
    return HARDENING.securityOpts
      .filter((it) => !options.includes(it))
      .map((it) => `securityOpts has no "${it}", so a setuid program makes it root`);
  },
};

const unconfined: ResourceRule = {
  name: "no-unconfined-container",
  description: "a container keeps the engine's filters of system calls and files",
  remedy: "remove the unconfined profile from securityOpts",
  level: PolicyLevel.Mandatory,
  types,
  check: ({ props }) =>
    textsAt(props, "securityOpts")
      .filter((it) => /[:=]unconfined$|^label[:=]disable$/.test(it))
      .map((it) => `securityOpts has "${it}"`),
};

/** What a container may do to its host. */
export const HARDENING_RULES: readonly ResourceRule[] = [
  privileged,
  dockerSocket,
  capabilities,
  newPrivileges,
  unconfined,
];
