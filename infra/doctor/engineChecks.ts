import { isObject } from "../validation/isObject";
import { type Advice, type CheckResult, check } from "./checkResult";
import {
  adminHeaders,
  askEngine,
  askGraphql,
  type EngineResponse,
  NO_ANSWER_REMEDY,
  refusalOf,
  SEE_HEALTH,
} from "./engineRequest";
import { askDocker, dockerProblem } from "./runInside";
import { checkSchema } from "./schemaCheck";
import type { DoctorSubject, ExaminedStack, StackMigrations } from "./subject";

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
    return fault ? [check(id, title).failed(fault.finding, fault.remedy)] : [];
  });
}

/** Undefined where Docker cannot be asked; without those that do not exist. */
async function statesOf(
  names: string[],
  { dockerEnvironment = {} }: DoctorSubject,
): Promise<State[] | undefined> {
  const place = { timeoutMs: TIMEOUT_MS, dockerEnvironment };
  const response = await askDocker(place, ["container", "inspect", "--format", FORMAT, ...names]);
  if ("unavailable" in response) return undefined;
  const { code, text, errors } = response;
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
): Advice | undefined {
  const state = states.find(({ name }) => name === container);
  const logs = `${dockerCommand(subject, `logs --tail 20 ${container}`)} says why`;
  if (state === undefined) {
    return {
      finding: `${container} does not exist`,
      remedy: "run npm run up, which creates it again",
    };
  }
  const { status, exitCode, health } = state;
  if (status === "running") {
    if (health !== "unhealthy") return undefined;
    return { finding: `${container} is running, but its health check fails`, remedy: logs };
  }
  if (status === "paused") {
    const remedy = dockerCommand(subject, `unpause ${container}`);
    return { finding: `${container} is paused`, remedy };
  }
  if (status === "restarting") {
    const remedy = `${logs}; correct what it names, then run npm run up`;
    return { finding: `${container} keeps restarting (exit code ${exitCode})`, remedy };
  }
  return {
    finding: `${container} is not running (${status}, exit code ${exitCode})`,
    remedy: `${dockerCommand(subject, `start ${container}`)}, or npm run up; ${logs}`,
  };
}

/** A command for the Docker engine that the stack uses, whichever the shell of its reader asks. */
export function dockerCommand({ dockerEnvironment = {} }: DoctorSubject, words: string): string {
  const { DOCKER_HOST: host, DOCKER_CONTEXT: context } = dockerEnvironment;
  const flags = host ? `--host ${host} ` : context ? `--context ${context} ` : "";
  return `docker ${flags}${words}`;
}

const HEALTH = check("engine.health", "engine is healthy");
const METADATA = check("engine.metadata", "metadata is consistent");
const CONFIG = check("engine.config", "engine says a JWT is set");
const ADMIN = check("engine.adminSecret", "admin secret is required");
const PING = "{ __typename }";

/** Whether the engine has the schema and the settings that the stack gave it. */
export function checkEngine(
  stack: ExaminedStack,
  migrations?: StackMigrations,
): Promise<CheckResult[]> {
  const schema = migrations === undefined ? [] : [checkSchema(stack, migrations)];
  return Promise.all([
    checkMetadata(stack),
    ...schema,
    checkConfig(stack),
    checkAdminSecret(stack),
  ]);
}

/** Whether the engine responds at all, and what it says of itself. */
export async function checkHealth(
  stack: ExaminedStack,
): Promise<{ responds: boolean; check: CheckResult }> {
  const response = await askEngine(stack, "/healthz");
  if (response.failure !== undefined) {
    const check = HEALTH.failed(`does not respond: ${response.failure}`, NO_ANSWER_REMEDY);
    return { responds: false, check };
  }
  if (response.status === 200) return { responds: true, check: HEALTH.ok("responds") };
  const remedy =
    "its metadata database does not respond: see the containers' logs, then npm run up";
  const finding = `reports that it is not (status ${response.status})`;
  return { responds: true, check: HEALTH.failed(finding, remedy) };
}

async function checkMetadata(stack: ExaminedStack): Promise<CheckResult> {
  const response = await askEngine(stack, "/healthz?strict=true");
  if (response.failure !== undefined) {
    return METADATA.skipped(`not checked: ${response.failure}`, SEE_HEALTH);
  }
  if (response.status === 200) return METADATA.ok("every tracked object exists");
  if (!/inconsistent/i.test(response.text)) {
    return METADATA.skipped("not checked, because the engine is not healthy", SEE_HEALTH);
  }
  return METADATA.failed(
    `${await inconsistencies(stack)} that the engine tracks differ from the database`,
    "see get_inconsistent_metadata or the console; then change table or metadata, and reload_metadata",
  );
}

async function inconsistencies(stack: ExaminedStack): Promise<string> {
  const command = { type: "get_inconsistent_metadata", args: {} };
  const response = await askEngine(stack, "/v1/metadata", adminHeaders(stack), command);
  const json = response.failure === undefined && isObject(response.json) ? response.json : {};
  const objects = json.inconsistent_objects;
  return Array.isArray(objects) ? `${objects.length} objects` : "some objects";
}

async function checkConfig(stack: ExaminedStack): Promise<CheckResult> {
  const response = await askEngine(stack, "/v1alpha1/config", adminHeaders(stack));
  if (response.failure !== undefined) {
    return CONFIG.skipped(`not checked: ${response.failure}`, SEE_HEALTH);
  }
  if (response.status === 404) {
    return CONFIG.skipped(
      "not checked, because the config API is off, which is the production preset's default",
      "nothing to do: the refusals below show the same",
    );
  }
  if (response.status !== 200 || !isObject(response.json)) {
    return CONFIG.failed(
      `cannot be read (status ${response.status})`,
      "the engine does not take the stack's admin secret: run npm run up",
    );
  }
  const { is_admin_secret_set, is_jwt_set } = response.json;
  const missing = [
    ...(is_admin_secret_set === true ? [] : ["no admin secret"]),
    ...(is_jwt_set === true ? [] : ["no JWT secret"]),
  ];
  if (missing.length === 0) return CONFIG.ok("both a JWT and an admin secret");
  const remedy =
    "stop using this engine: anyone who reaches it may be an administrator; run npm run up";
  return CONFIG.failed(`it says that it has ${missing.join(" and ")}`, remedy);
}

async function checkAdminSecret(stack: ExaminedStack): Promise<CheckResult> {
  const [good, bad, empty] = await Promise.all([
    askGraphql(stack, PING, adminHeaders(stack)),
    askGraphql(stack, PING, { "x-hasura-admin-secret": `not-the-secret-${process.pid}` }),
    askGraphql(stack, PING, { "x-hasura-admin-secret": "" }),
  ]);
  if (good.failure !== undefined) return ADMIN.skipped(`not checked: ${good.failure}`, SEE_HEALTH);
  if (takesAnyone(bad, stack)) {
    const remedy = "stop using this engine: everyone is an administrator; run npm run up";
    return ADMIN.failed("a wrong one is accepted", remedy);
  }
  if (takesAnyone(empty, stack)) {
    const remedy =
      "stop using this engine: whoever sends an empty x-hasura-admin-secret is an administrator; set an admin secret that is not empty, then run npm run up";
    return ADMIN.failed("an empty one is accepted", remedy);
  }
  if (bad.failure !== undefined) return ADMIN.skipped(`not checked: ${bad.failure}`, SEE_HEALTH);
  const refusal = refusalOf(good, stack);
  if (refusal === undefined)
    return ADMIN.ok("the stack's own is accepted, a wrong one and an empty one refused");
  if (refusal.code !== "access-denied") {
    return ADMIN.warning(
      `unexpected response: ${refusal.code} "${refusal.message}"`,
      NO_ANSWER_REMEDY,
    );
  }
  return ADMIN.failed(
    "it refuses the stack's own, so this is another engine, or an older one",
    "see what listens at the endpoint, then run npm run up",
  );
}

function takesAnyone(response: EngineResponse, stack: ExaminedStack): boolean {
  return response.failure === undefined && refusalOf(response, stack) === undefined;
}
