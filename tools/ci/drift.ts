import { maskLines } from "../../report/maskText";
import { callApi } from "./callApi";
import { meaningOf } from "./exitCode";
import { COMMENT_LIMIT, fenced, fitText } from "./fitText";
import { type GithubApi, recordsOf } from "./postComment";

const LABEL = "drift";

export interface Finding {
  kind: "clean" | "drift" | "error";
  /** For the job: drift is reported by an issue and is no failure of the check. */
  exitCode: number;
  /** What was printed, without secrets. */
  text: string;
}

/** Arguments that look for drift without writing anything and without showing outputs. */
export const driftArguments = (stack: string) => [
  "preview",
  "--refresh",
  "--expect-no-changes",
  "--suppress-outputs",
  "--suppress-progress",
  "--non-interactive",
  "--color",
  "never",
  "--stack",
  stack,
];

/**
 * Looks for drift and tells it from a check that could not be done.
 * @param env Its secrets are masked here: the step that writes the issue is not given them.
 */
export async function checkDrift(
  stack: string,
  pulumi: (args: string[]) => Promise<{ code: number; text: string }>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finding> {
  const { code, text: printed } = await pulumi(driftArguments(stack));
  const text = maskLines(printed, env);
  const { kind } = meaningOf(code);
  if (kind === "clean") return { kind: "clean", exitCode: 0, text };
  return kind === "changes"
    ? { kind: "drift", exitCode: 0, text }
    : { kind: "error", exitCode: code, text };
}

interface Drift {
  stack: string;
  /** What the preview printed. */
  text: string;
  run: string;
  time: string;
}

const driftMarker = (stack: string) => `<!-- clerk-hasura drift of ${stack} -->`;

/** Text of the issue of a stack, without the secrets of the environment. */
export function driftText({ stack, text, run, time }: Drift, env = process.env): string {
  const head = [
    driftMarker(stack),
    `\`pulumi preview --refresh --expect-no-changes\` found changes on stack \`${stack}\` at ${time} (${run}).`,
    "",
    `Somebody changed it by hand, or merged without deploying. Look at it with \`npx pulumi preview --refresh --diff --stack ${stack}\`;`,
    "then deploy again, or change the program. The next check without a finding closes this issue.",
    "",
    "",
  ].join("\n");
  // What pads the text keeps the fence whole.
  return `${head}${fenced(fitText(maskLines(text, env), COMMENT_LIMIT - head.length - 2000))}`;
}

async function openIssue(api: GithubApi, stack: string): Promise<number | undefined> {
  const query = `state=open&labels=${LABEL}&sort=created&direction=asc&per_page=100`;
  const path = `/repos/${api.repository}/issues?${query}`;
  const found = recordsOf(await callApi(api, { method: "GET", path }));
  const issue = found.find(
    ({ body, pull_request: pull }) =>
      pull === undefined && String(body ?? "").startsWith(driftMarker(stack)),
  );
  return issue === undefined ? undefined : Number(issue.number);
}

/** Opens the one issue of a drifted stack, or brings it up to date. */
export async function reportDrift(api: GithubApi, drift: Drift): Promise<"opened" | "updated"> {
  const number = await openIssue(api, drift.stack);
  const body = driftText(drift);
  const issues = `/repos/${api.repository}/issues`;
  if (number === undefined) {
    const title = `Drift: stack ${drift.stack} is not what its program says`;
    await callApi(api, { method: "POST", path: issues, body: { title, body, labels: [LABEL] } });
    return "opened";
  }
  await callApi(api, { method: "PATCH", path: `${issues}/${number}`, body: { body } });
  return "updated";
}

/** Closes the issue of a stack that is as its program says. */
export async function endDrift(api: GithubApi, stack: string): Promise<"closed" | "none open"> {
  const number = await openIssue(api, stack);
  if (number === undefined) return "none open";
  const path = `/repos/${api.repository}/issues/${number}`;
  const body = { state: "closed", state_reason: "completed" };
  await callApi(api, { method: "PATCH", path, body });
  return "closed";
}
