import { UNKNOWN } from "../../../policy/rules/policyRule";
import { container, engine, type FixtureTable, fails, passes, postgres } from "./fixture";

const grace = (destroyGraceSeconds: unknown) => ({ destroyGraceSeconds });
const bind = (hostPath: string) => container({ volumes: [{ hostPath, containerPath: "/x" }] });
const readOnly = (hostPath: string) =>
  container({ volumes: [{ hostPath, containerPath: "/x", readOnly: true }] });
const json = (logOpts: Record<string, string>) => container({ logDriver: "json-file", logOpts });

export const CONTAINER_FIXTURES: FixtureTable = {
  "no-privileged-container": [
    passes("the default", container({})),
    passes("false", container({ privileged: false })),
    fails("true", container({ privileged: true }), "root of the host"),
  ],
  "no-docker-socket": [
    passes("a folder of the project", bind("/srv/app")),
    passes("a volume", container({ volumes: [{ volumeName: "data", containerPath: "/x" }] })),
    fails("the socket", bind("/var/run/docker.sock"), "docker.sock"),
    passes("the host's time zone, to read", readOnly("/etc/localtime")),
    passes("the host's figures, to read", readOnly("/proc")),
    passes("the host's users, to read", readOnly("/etc/passwd")),
    passes("memory that is shared", bind("/dev/shm")),
    passes("a folder that is only named like one", bind("/etcetera")),
    passes("certificates", bind("/etc/letsencrypt")),
    fails("the folder around it", bind("/run/"), "/run"),
    ...[
      "/var/run/user/1000/podman/podman.sock",
      "/run/user/1000",
      "/run/user",
      "/run/docker",
      "/run/containerd",
      "/var/lib",
      "/var/lib/docker",
      "/var/lib/docker/volumes/data/_data",
      "/var/lib/containerd",
      "/etc",
      "/etc/shadow",
      "/etc/docker/daemon.json",
      "/etc/cron.d",
      "/root/.ssh",
    ].flatMap((folder) => [
      fails(folder, bind(folder), `mounts ${folder} `),
      fails(`${folder} to read`, readOnly(folder), `mounts ${folder} `),
    ]),
    ...["/proc", "/sys/fs/cgroup", "/usr/bin", "/lib", "/boot", "/etc/passwd", "/dev"].map(
      (folder) => fails(`${folder} to write`, bind(folder), `mounts ${folder} `),
    ),
    fails("the whole host", bind("/"), "mounts /"),
    fails("the same, written otherwise", bind("/srv/../run//"), "mounts /run "),
    fails(
      "in the provider's other spelling",
      container({ mounts: [{ source: "/run/containerd/containerd.sock", target: "/x" }] }),
      "containerd.sock",
    ),
  ],
  "drop-all-capabilities": [
    passes("all of them", container({ capabilities: { drops: ["ALL"] } })),
    passes(
      "all but one that is harmless",
      container({ capabilities: { drops: ["all"], adds: ["CAP_CHOWN"] } }),
    ),
    passes("not known yet", container({ capabilities: UNKNOWN })),
    passes("one of them not known yet", container({ capabilities: { drops: [UNKNOWN] } })),
    fails("the default", container({}), "does not drop ALL"),
    fails("one alone", container({ capabilities: { drops: ["CAP_CHOWN"] } }), "drop ALL"),
    fails(
      "all but the one that is root",
      container({ capabilities: { drops: ["ALL"], adds: ["CAP_SYS_ADMIN"] } }),
      "adds SYS_ADMIN",
    ),
    fails(
      "all but those that read every file and run programs in the kernel",
      container({ capabilities: { drops: ["ALL"], adds: ["DAC_READ_SEARCH", "CAP_BPF"] } }),
      ["adds DAC_READ_SEARCH", "adds BPF"],
    ),
  ],
  "no-new-privileges": [
    passes("set", container({ securityOpts: ["no-new-privileges"] })),
    passes("in its long form", container({ securityOpts: ["no-new-privileges:true"] })),
    passes("an option not known yet", container({ securityOpts: [UNKNOWN] })),
    fails("the default", container({}), "no-new-privileges"),
    fails("turned off", container({ securityOpts: ["no-new-privileges:false"] }), "setuid"),
  ],
  "no-unconfined-container": [
    passes("the default", container({})),
    passes("a profile of its own", container({ securityOpts: ["apparmor=mine"] })),
    fails("system calls", container({ securityOpts: ["seccomp=unconfined"] }), "seccomp"),
    fails("labels", container({ securityOpts: ["label=disable"] }), "label=disable"),
  ],
  "database-grace": [
    passes("the least", postgres(grace(90))),
    passes("more", postgres(grace(300))),
    passes("not known yet", postgres(grace(UNKNOWN))),
    passes("another server", container({})),
    fails("none, which is a kill", postgres({}), "90"),
    fails("less", postgres(grace(89)), "89 is out of bounds"),
  ],
  "engine-grace": [
    passes("the least", engine([], grace(10))),
    passes("another server", container({})),
    fails("none, which is a kill", engine([]), "10"),
    fails("less", engine([], grace(9)), "9 is out of bounds"),
  ],
  "memory-limit": [
    passes("set", container({ memory: 512 })),
    passes("not known yet", container({ memory: UNKNOWN })),
    fails("the default", container({}), "no limit"),
    fails("none", container({ memory: 0 }), "no limit"),
  ],
  "swap-limit": [
    passes("as the memory", container({ memory: 512, memorySwap: 512 })),
    passes("no memory limit, which another rule names", container({})),
    fails("the default", container({ memory: 512 }), "not set"),
    fails("more", container({ memory: 512, memorySwap: 1024 }), "1024"),
    fails("unlimited", container({ memory: 512, memorySwap: -1 }), "unlimited"),
  ],
  "bounded-logs": [
    passes("a largest size", json({ "max-size": "10m" })),
    passes("a driver with a bound of its own", container({ logDriver: "local" })),
    passes("a driver that sends them away", container({ logDriver: "journald" })),
    passes("a size not known yet", container({ logOpts: { "max-size": UNKNOWN } })),
    fails("the default", container({}), "until the disk is full"),
    fails("files without a size", json({ "max-file": "3" }), "until the disk is full"),
    fails("no size on purpose", json({ "max-size": "-1" }), "until the disk is full"),
  ],
  healthcheck: [
    passes("a test", container({ healthcheck: { tests: ["CMD", "true"] } })),
    passes("a container that runs once", container({ mustRun: false })),
    passes("a test not known yet", container({ healthcheck: { tests: ["CMD", UNKNOWN] } })),
    passes("tests not known yet", container({ healthcheck: { tests: UNKNOWN } })),
    fails("none", container({}), "no healthcheck"),
    fails("turned off", container({ healthcheck: { tests: ["NONE"] } }), "turned off"),
  ],
  "restart-policy": [
    passes("unless stopped", container({ restart: "unless-stopped" })),
    passes("always", container({ restart: "always" })),
    passes("not known whether it runs once", container({ mustRun: UNKNOWN })),
    passes("a container that runs once", container({ mustRun: false })),
    fails("the default", container({}), "not set"),
    fails("never", container({ restart: "no" }), '"no"'),
    fails("on failure, which no reboot is", container({ restart: "on-failure" }), "a reboot"),
  ],
};
