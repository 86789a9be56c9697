import { type CheckResult, failed } from "./checkResult";
import { askDocker, dockerProblem } from "./runInside";
import type { DoctorSubject } from "./subject";

const FORMAT =
  "{{.Name}}|{{.State.Status}}|{{.State.ExitCode}}|{{if .State.Health}}{{.State.Health.Status}}{{end}}";
const TIMEOUT_MS = 10_000;

interface State {
  name: string;
  status: string;
  exitCode: string;
  health: string;
}

/**
 * Names each container of the stack that does not run or is unhealthy, before anything that follows from it. Returns no line where
 * all is well, and none where Docker cannot be asked.
 */
export async function checkContainers(subject: DoctorSubject): Promise<CheckResult[]> {
  const wanted = [
    { id: "engine.container", title: "engine's container", container: subject.container },
    { id: "database.container", title: "database's container", container: subject.database },
  ].filter(({ container }) => container);
  if (wanted.length === 0) return [];
  const states = await statesOf(
    wanted.map(({ container }) => String(container)),
    subject,
  );
  return wanted.flatMap(({ id, title, container }) => {
    const fault = states && faultOf(String(container), states, subject);
    return fault ? [failed({ id, title }, fault.finding, fault.remedy)] : [];
  });
}

/** Undefined where Docker cannot be asked; without those that do not exist. */
async function statesOf(
  names: string[],
  { dockerEnvironment = {} }: DoctorSubject,
): Promise<State[] | undefined> {
  const place = { timeoutMs: TIMEOUT_MS, dockerEnvironment };
  const answer = await askDocker(place, ["container", "inspect", "--format", FORMAT, ...names]);
  if ("unavailable" in answer) return undefined;
  const { code, text, errors } = answer;
  if (code !== 0 && !/no such/i.test(errors)) return undefined;
  if (dockerProblem(errors) === "Docker cannot be reached") return undefined;
  return text.split("\n").flatMap((line) => {
    const [name = "", status = "", exitCode = "", health = ""] = line.trim().split("|");
    return status === "" ? [] : [{ name: name.replace(/^\//, ""), status, exitCode, health }];
  });
}

function faultOf(
  container: string,
  states: readonly State[],
  subject: DoctorSubject,
): { finding: string; remedy: string } | undefined {
  const state = states.find(({ name }) => name === container);
  const logs = `${dockerCommand(subject, `logs --tail 20 ${container}`)} says why`;
  if (state === undefined) {
    return {
      finding: `${container} does not exist`,
      remedy: "run npm run up, which makes it again",
    };
  }
  const { status, exitCode, health } = state;
  if (status === "running") {
    if (health !== "unhealthy") return undefined;
    return { finding: `${container} runs, but its health check fails`, remedy: logs };
  }
  if (status === "paused") {
    const remedy = dockerCommand(subject, `unpause ${container}`);
    return { finding: `${container} is paused`, remedy };
  }
  if (status === "restarting") {
    const remedy = `${logs}; correct what it names, then run npm run up`;
    return { finding: `${container} ends again and again (exit code ${exitCode})`, remedy };
  }
  return {
    finding: `${container} does not run (${status}, exit code ${exitCode})`,
    remedy: `${dockerCommand(subject, `start ${container}`)}, or npm run up; ${logs}`,
  };
}

/** A command for the Docker engine that the stack uses, whichever the shell of its reader asks. */
export function dockerCommand({ dockerEnvironment = {} }: DoctorSubject, words: string): string {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = dockerEnvironment;
  const flags = host ? `--host ${host} ` : context ? `--context ${context} ` : "";
  return `docker ${flags}${words}`;
}
