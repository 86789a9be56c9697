import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { contextsWithLog } from "../../../tools/setup/context";
import { ensureDockerEngine, isDebianLike } from "../../../tools/setup/dockerEngine";
import { pathsOf } from "../../../tools/setup/paths";

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
