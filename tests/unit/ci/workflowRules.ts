import { type Fields, fieldsOf, listOf, readYaml } from "./yaml";

/** What exists in the checkout that a workflow may call. */
export interface Surroundings {
  scripts: readonly string[];
  files: (path: string) => boolean;
}

interface Job {
  name: string;
  fields: Fields;
  steps: Fields[];
  /** Whether a pull request starts it. */
  pullRequest: boolean;
}

type JobRule = (job: Job, around: Surroundings) => string[];

const runsOf = ({ steps }: Job) => steps.map(({ run }) => String(run ?? ""));
const textOf = (value: unknown) => JSON.stringify(value ?? "");
const hasSecret = (value: unknown) => /\bsecrets\b|secrets:/.test(textOf(value));

const WRITES: Record<string, RegExp> = {
  "pull-requests": /main\.mjs comment /,
  issues: /main\.mjs issue /,
};

const permissions: JobRule = (job) => {
  if (job.fields.permissions === undefined) return ["has no permissions"];
  const granted = Object.entries(fieldsOf(job.fields.permissions));
  if (granted.length === 0) return ["has permissions that are no list of them"];
  return granted.flatMap(([scope, level]) => {
    if (level === "read" && scope === "contents") return [];
    const reason = WRITES[scope];
    const used = level === "write" && reason && runsOf(job).some((run) => reason.test(run));
    return used ? [] : [`has the permission ${scope}: ${level} without a use`];
  });
};

const timeout: JobRule = ({ fields }) => {
  const minutes = fields["timeout-minutes"];
  const right = typeof minutes === "number" && minutes >= 1 && minutes <= 120;
  return right ? [] : ["has no timeout of 1 to 120 minutes"];
};

const concurrency: JobRule = ({ fields, name }) => {
  const { group, "cancel-in-progress": cancel } = fieldsOf(fields.concurrency);
  if (typeof group !== "string") return ["has no concurrency group"];
  const matrix = fieldsOf(fieldsOf(fields.strategy).matrix);
  const stacks = "stack" in matrix || "include" in matrix;
  if (stacks && !group.includes("matrix.stack"))
    return ["has one concurrency group for all stacks"];
  const updates = group.startsWith("deploy-");
  if (updates && cancel !== false) return ["may have its update cut off"];
  return updates && group !== `deploy-${name}` ? ["shares the group of another stack"] : [];
};

const injection: JobRule = (job) =>
  runsOf(job)
    .filter((run) => run.includes("${{"))
    .map((run) => `puts an expression into a script (use env): ${run.split("\n")[0]}`);

const called: JobRule = (job, { scripts, files }) =>
  runsOf(job).flatMap((run) => {
    const named = [...run.matchAll(/npm run ([\w:-]+)/g)].map(([, script = ""]) => script);
    const programs = [...run.matchAll(/\bnode (\S+)/g)].map(([, file = ""]) => file);
    return [
      ...named
        .filter((script) => !scripts.includes(script))
        .map((it) => `calls npm run ${it}, which does not exist`),
      ...programs.filter((file) => !files(file)).map((it) => `calls ${it}, which does not exist`),
    ];
  });

/** Whether a script installs packages and lets them run what they like, before any check has seen them. */
export const runsForeignScripts = (script: string): boolean =>
  script.split("\n").some((line) => /npm (ci|install)\b(?!.* --ignore-scripts\b)/.test(line));

const installation: JobRule = (job) =>
  runsOf(job)
    .filter(runsForeignScripts)
    .map(() => "runs scripts of what it installs (--ignore-scripts)");

const checkout: JobRule = ({ steps }) =>
  steps
    .filter(({ uses }) => String(uses).startsWith("actions/checkout@"))
    .filter((step) => fieldsOf(step.with)["persist-credentials"] !== false)
    .map(() => "leaves the token in the checkout (persist-credentials)");

const secrets: JobRule = (job) => {
  const { steps: _steps, ...outside } = job.fields;
  const problems = hasSecret(outside) ? ["gives a secret to every step"] : [];
  for (const { env, ...step } of job.steps) {
    if (hasSecret(step)) problems.push("uses a secret elsewhere than in a step's env");
    const installs = /npm (ci|install)|npm run setup/.test(String(step.run ?? ""));
    if (installs && hasSecret(env)) problems.push("gives a secret to what it installs");
  }
  if (!job.steps.some(hasSecret)) return problems;
  if (job.fields.environment === undefined) problems.push("has secrets without an environment");
  const condition = String(job.fields.if ?? "");
  const guarded =
    !condition.includes("||") &&
    condition.includes("github.event.pull_request.head.repo.full_name == github.repository");
  if (job.pullRequest && !guarded) problems.push("gives secrets to forks");
  const onMain = condition.includes("github.ref == 'refs/heads/main'");
  return job.pullRequest || onMain ? problems : [...problems, "gives secrets to any branch"];
};

const runner: JobRule = ({ fields, pullRequest }) =>
  pullRequest && !/^ubuntu-\d+\.\d+$/.test(String(fields["runs-on"]))
    ? ["runs a pull request on a machine of ours, or on a floating image"]
    : [];

const scripts: JobRule = (job) =>
  runsOf(job)
    .filter((run) => /npm (?:ci|install)\b(?![^\n]*--ignore-scripts)/.test(run))
    .map(() => "runs scripts of the packages that it installs");

const RULES: JobRule[] = [
  permissions,
  timeout,
  concurrency,
  injection,
  called,
  installation,
  checkout,
  secrets,
  runner,
  scripts,
];

function usesProblems(text: string): string[] {
  const lines = [...text.matchAll(/^\s*(?:- )?uses:\s*(.*)$/gm)].map(([, rest = ""]) => rest);
  const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/;
  return lines.filter((line) => !pinned.test(line)).map((line) => `does not pin ${line}`);
}

function triggerProblems(on: unknown): string[] {
  const names = typeof on === "string" ? [on] : [...listOf(on), ...Object.keys(fieldsOf(on))];
  return names
    .filter((name) =>
      ["pull_request_target", "workflow_run", "issue_comment"].includes(String(name)),
    )
    .map((name) => `starts on ${name}, with secrets and a stranger's code`);
}

/** Everything that is wrong with a workflow, each as one line. */
export function workflowProblems(text: string, around: Surroundings): string[] {
  const { on, permissions: all, env, jobs } = readYaml(text);
  const pullRequest = textOf(on).includes("pull_request");
  const nothing = typeof all === "object" && Object.keys(fieldsOf(all)).length === 0;
  const inJobs = Object.entries(fieldsOf(jobs)).flatMap(([name, value]) => {
    const fields = fieldsOf(value);
    const job: Job = { name, fields, steps: listOf(fields.steps).map(fieldsOf), pullRequest };
    return RULES.flatMap((rule) => rule(job, around)).map((problem) => `${name} ${problem}`);
  });
  return [
    ...triggerProblems(on),
    ...(nothing && all !== null ? [] : ["gives every job permissions"]),
    ...(hasSecret(env) ? ["gives a secret to every job"] : []),
    ...usesProblems(text),
    ...inJobs,
  ];
}
