import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { contextsWithLog } from "../../../tools/setup/context";
import { ensureDockerEngine, isDebianLike } from "../../../tools/setup/dockerEngine";
import { pathsOf } from "../../../tools/setup/paths";
import { isRunning, startOf, tryLock } from "../../../tools/setup/setupLock.mjs";
import { waitFor } from "../../support/waiting";

/** A machine whose programs are scripts: each notes its call; docker answers once dockerd ran. */
class Machine {
  readonly root = mkdtempSync(join(tmpdir(), "machine-"));
  readonly bin = join(this.root, "bin");
  readonly calls = join(this.root, "calls");
  private readonly path = process.env.PATH;
  private readonly host = process.env.DOCKER_HOST;

  constructor() {
    mkdirSync(this.bin);
    writeFileSync(this.calls, "");
    mkdirSync(join(this.root, ".local"));
    process.env.PATH = this.bin;
    delete process.env.DOCKER_HOST;
  }

  add(name: string, body: string): void {
    const file = join(this.bin, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >> '${this.calls}'\n${body}\n`);
    chmodSync(file, 0o755);
  }

  addDocker(): void {
    const client = `[ "$1" = context ] && { echo default; exit; }
[ -e '${this.root}/up' ] && { echo 1.2.3; exit; }; echo Cannot connect >&2; exit 1`;
    const daemon = `: > '${this.root}/up'`;
    this.add("docker", client);
    this.add("dockerd", `[ "$1" = --version ] || ${daemon}`);
    this.add("systemctl", daemon);
  }

  ensure(): ReturnType<typeof ensureDockerEngine> {
    const paths = pathsOf(this.root);
    return ensureDockerEngine(
      paths,
      contextsWithLog(paths)(() => {}),
    );
  }

  called(): string {
    return readFileSync(this.calls, "utf8");
  }

  remove(): void {
    process.env.PATH = this.path;
    if (this.host !== undefined) process.env.DOCKER_HOST = this.host;
    rmSync(this.root, { recursive: true });
  }
}

describe("ensureDockerEngine", () => {
  let machine: Machine;
  beforeEach(function () {
    const debian = isDebianLike(readFileSync("/etc/os-release", "utf8"));
    if (process.getuid?.() !== 0 || !debian) this.skip();
    machine = new Machine();
  });
  afterEach(() => machine?.remove());

  it("only looks at an engine that answers", async () => {
    machine.add("docker", "echo 1.2.3");
    expect(await machine.ensure()).to.deep.equal({ version: "1.2.3", started: false });
    expect(machine.called().trim().split("\n")).to.have.length(1);
  });

  it("starts an engine that is installed and does not run, without installing anything", async () => {
    machine.addDocker();
    machine.add("apt-get", "exit 1");
    expect(await machine.ensure()).to.deep.equal({ version: "1.2.3", started: true });
    expect(machine.called()).to.not.include("apt-get");
  });

  it("installs the distribution's engine where there is none", async () => {
    machine.addDocker();
    for (const name of ["docker", "dockerd"]) {
      const script = readFileSync(join(machine.bin, name), "utf8");
      rmSync(join(machine.bin, name));
      writeFileSync(join(machine.root, name), script, { mode: 0o755 });
    }
    machine.add(
      "apt-get",
      `[ "$1" = update ] || /bin/cp '${machine.root}'/docker* '${machine.bin}'`,
    );
    machine.add("apt-cache", 'printf "docker-cli:\\n  Candidate: 26.1\\n"');
    expect(await machine.ensure()).to.deep.equal({ version: "1.2.3", started: true });
    const install = /^apt-get install .*$/m.exec(machine.called())?.[0];
    expect(install).to.include("docker.io iptables").and.include("docker-cli");
  });

  it("asks for the package that has the client only where it exists", async () => {
    machine.add("apt-get", `[ "$1" = update ] || exit 9`);
    machine.add("apt-cache", 'printf "docker-cli:\\n  Candidate: (none)\\n"');
    const outcome = await machine.ensure().catch((error: unknown) => error);
    expect(outcome).to.be.instanceOf(Error).with.property("message").that.includes("exit code 9");
    expect(machine.called()).to.not.match(/install .*docker-cli/);
  });
});

/** Above what Linux gives out. */
const NOBODY = 2 ** 30;

describe("lock of the set-up", () => {
  let directory = "";
  let lock = "";
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "setup-lock-"));
    lock = join(directory, "setup.lock");
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const take = () => {
    const outcome = tryLock(lock);
    if ("heldBy" in outcome) throw new Error(`held by ${outcome.heldBy}`);
    return outcome.release;
  };

  it("is given to one only, and to the next when it is given back", () => {
    const release = take();
    expect(tryLock(lock)).to.deep.equal({ heldBy: process.pid });
    release();
    expect(existsSync(lock)).to.equal(false);
    take()();
  });

  const left: [string, string][] = [
    ["a process that is gone", JSON.stringify({ pid: NOBODY, startedAt: "1" })],
    ["an earlier process of the same number", JSON.stringify({ pid: process.pid, startedAt: "1" })],
    ["a machine that went down while writing", ""],
  ];
  for (const [who, content] of left) {
    it(`is taken over from ${who}`, function () {
      if (who.includes("same number") && startOf(process.pid) === "") this.skip();
      writeFileSync(lock, content);
      take()();
    });
  }

  it("leaves nothing else behind", () => {
    writeFileSync(lock, JSON.stringify({ pid: NOBODY, startedAt: "" }));
    take();
    expect(readdirSync(directory)).to.deep.equal(["setup.lock"]);
  });
});

describe("a process that has ended", () => {
  it("does not run, although it takes signals until its parent has taken note", async () => {
    // The second sleep takes the shell's place and never asks for its child.
    const parent = spawn("/bin/sh", ["-c", "sleep 0.1 & echo $!; exec sleep 30"]);
    try {
      const [line] = await once(parent.stdout, "data");
      const child = Number(String(line));
      await waitFor("the child has ended", async () =>
        / Z /.test(readFileSync(`/proc/${child}/stat`, "utf8")) ? true : undefined,
      );
      expect(process.kill(child, 0)).to.equal(true);
      expect(isRunning(child)).to.equal(false);
      expect(isRunning(process.pid)).to.equal(true);
    } finally {
      parent.kill("SIGKILL");
    }
  });
});
