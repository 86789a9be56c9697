import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import type { Context } from "./context";
import { readIfPresent } from "./files";
import type { Paths } from "./paths";
import { UserError } from "./userError.mjs";

const PID_FILE = "/var/run/docker.pid";

export type Answer =
  | { version: string }
  | { missing: "client" | "engine" | "permission"; text: string };

/** Returns what is missing, by the error of `docker version`. */
export function missingPart(text: string): "client" | "engine" | "permission" {
  if (/permission denied/i.test(text)) return "permission";
  return /did not start/.test(text) ? "client" : "engine";
}

async function askEngine(context: Context): Promise<Answer> {
  try {
    const args = ["version", "--format", "{{.Server.Version}}"];
    return { version: (await context.run("docker", args, { timeoutMs: 15_000 })).trim() };
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return { missing: missingPart(text), text };
  }
}

export function isDebianLike(release: string | undefined) {
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(release ?? "");
}

export interface Machine {
  root: boolean;
  debianLike: boolean;
  /** DOCKER_HOST or the Docker context in use; empty for the default. */
  chosenElsewhere: string;
}

async function lookAtMachine(context: Context): Promise<Machine> {
  const current = await context.run("docker", ["context", "show"]).catch(() => "default");
  const named = current.trim() === "default" ? "" : `the Docker context "${current.trim()}"`;
  return {
    root: process.getuid?.() === 0,
    debianLike: isDebianLike(await readIfPresent("/etc/os-release").catch(() => undefined)),
    chosenElsewhere: process.env.DOCKER_HOST ? "DOCKER_HOST" : named,
  };
}

/** Returns what the user has to do; undefined if the set-up can install or start Docker itself. */
export function dockerInstruction(
  answer: Exclude<Answer, { version: string }>,
  machine: Machine,
): string | undefined {
  if (machine.chosenElsewhere && answer.missing !== "client") {
    return `the Docker engine chosen by ${machine.chosenElsewhere} does not respond; start it or unset that choice, then run this command again`;
  }
  if (answer.missing === "permission") {
    return "this user may not use the Docker engine; run `sudo usermod -aG docker $USER`, log in again, then run this command again";
  }
  if (machine.root && machine.debianLike) return undefined;
  if (machine.debianLike) {
    return "no Docker engine responds; run `sudo apt-get install -y docker.io && sudo usermod -aG docker $USER`, log in again, then run this command again";
  }
  return "no Docker engine responds; install and start Docker Engine for this system, then run this command again";
}

async function installPackages(context: Context) {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  context.say("apt-get update");
  await context.run("apt-get", ["update"], { env });
  // Newer releases have the client in a package of its own.
  const client = await context.run("apt-cache", ["policy", "docker-cli"]).catch(() => "");
  const packages = ["docker.io", "iptables", "ca-certificates"];
  if (/Candidate: (?!\(none\))/.test(client)) packages.push("docker-cli");
  context.say(`installing ${packages.join(", ")}`);
  await context.run("apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
}

/** A stale pid file stops dockerd if another process has its number. */
function dropStalePidFile() {
  try {
    const pid = readFileSync(PID_FILE, "utf8").trim();
    if (readFileSync(`/proc/${pid}/comm`, "utf8").trim() !== "dockerd") rmSync(PID_FILE);
  } catch {
    // dockerd handles a missing file or process.
  }
}

async function startEngine(paths: Paths, context: Context) {
  context.say("starting the engine");
  if ((await readIfPresent("/proc/1/comm").catch(() => ""))?.trim() === "systemd") {
    await context.run("systemctl", ["start", "docker"]);
    return;
  }
  dropStalePidFile();
  const log = openSync(paths.dockerdLog, "a", 0o600);
  const daemon = spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] });
  daemon.on("error", (error) => context.log(`dockerd did not start: ${error.message}`));
  daemon.unref();
  closeSync(log);
}

async function waitForEngine(paths: Paths, context: Context) {
  const deadline = Date.now() + 90_000;
  while (Date.now() < deadline) {
    const answer = await askEngine(context);
    if ("version" in answer) return answer.version;
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new UserError(
    `the Docker engine was started but does not respond; its log says why: ${paths.dockerdLog}`,
  );
}

/**
 * Finds a running Docker engine, or as root on Debian and Ubuntu installs and starts it. Throws a UserError that says
 * what to do otherwise.
 */
export async function ensureDockerEngine(
  paths: Paths,
  context: Context,
): Promise<{ version: string; started: boolean }> {
  const answer = await askEngine(context);
  if ("version" in answer) return { version: answer.version, started: false };
  const instruction = dockerInstruction(answer, await lookAtMachine(context));
  if (instruction) throw new UserError(instruction);
  const hasDaemon = await context.run("dockerd", ["--version"]).catch(() => undefined);
  if (answer.missing === "client" || hasDaemon === undefined) await installPackages(context);
  await startEngine(paths, context);
  return { version: await waitForEngine(paths, context), started: true };
}
