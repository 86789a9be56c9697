import { callApi } from "./callApi.mjs";
import { COMMENT_LIMIT, fenced, fitText } from "./fitText.mjs";
import { maskPrinted } from "./maskPrinted.mjs";
import { recordsOf } from "./thread.mjs";

const LABEL = "drift";

/** @param {string} stack */
const titleOf = (stack) => `Drift: stack ${stack} is not what its program says`;

/** @param {string} stack */
const driftMarker = (stack) => `<!-- clerk-hasura drift of ${stack} -->`;

/**
 * Text of the issue of a stack.
 * @param {{ stack: string, text: string, run: string, time: string }} drift `text` is what the preview printed.
 * @param {NodeJS.ProcessEnv} [env] Its secrets are masked as well; this process's by default.
 */
export function driftText({ stack, text, run, time }, env = process.env) {
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
  return `${head}${fenced(fitText(maskPrinted(text, env), COMMENT_LIMIT - head.length - 2000))}`;
}

/**
 * @param {import("./callApi.mjs").Api & { repository: string }} api
 * @param {string} stack
 */
async function openIssue(api, stack) {
  const query = `state=open&labels=${LABEL}&sort=created&direction=asc&per_page=100`;
  const path = `/repos/${api.repository}/issues?${query}`;
  const found = recordsOf(await callApi(api, { method: "GET", path }));
  const issue = found.find(
    ({ body, pull_request: pull }) =>
      pull === undefined && String(body ?? "").startsWith(driftMarker(stack)),
  );
  return issue === undefined ? undefined : Number(issue.number);
}

/**
 * Opens the one issue of a drifted stack, or brings it up to date.
 * @param {import("./callApi.mjs").Api & { repository: string }} api
 * @param {{ stack: string, text: string, run: string, time: string }} drift
 * @returns {Promise<"opened" | "updated">}
 */
export async function reportDrift(api, drift) {
  const number = await openIssue(api, drift.stack);
  const body = driftText(drift);
  const issues = `/repos/${api.repository}/issues`;
  if (number === undefined) {
    const title = titleOf(drift.stack);
    await callApi(api, { method: "POST", path: issues, body: { title, body, labels: [LABEL] } });
    return "opened";
  }
  await callApi(api, { method: "PATCH", path: `${issues}/${number}`, body: { body } });
  return "updated";
}

/**
 * Closes the issue of a stack that is as its program says.
 * @param {import("./callApi.mjs").Api & { repository: string }} api
 * @param {string} stack
 * @returns {Promise<"closed" | "none open">}
 */
export async function endDrift(api, stack) {
  const number = await openIssue(api, stack);
  if (number === undefined) return "none open";
  const path = `/repos/${api.repository}/issues/${number}`;
  const body = { state: "closed", state_reason: "completed" };
  await callApi(api, { method: "PATCH", path, body });
  return "closed";
}
