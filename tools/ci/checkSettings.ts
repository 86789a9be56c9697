interface Job {
  stack: string;
  /** Whether the job reads or writes containers. */
  changes: boolean;
}

/** What a job lacks before it may touch a stack; each problem is one line without a value. */
export function checkSettings(env: NodeJS.ProcessEnv, { stack, changes }: Job): string[] {
  const problems: string[] = [];
  const backend = env.PULUMI_BACKEND_URL ?? "";
  const where = `in the settings of the repository or of the environment of stack ${stack}`;
  if (backend === "") {
    problems.push(
      `the variable PULUMI_BACKEND_URL is not set; set it ${where}, Pulumi Cloud as https://api.pulumi.com`,
    );
  } else if (!/^(https|s3|gs|azblob|file):\/\/./.test(backend)) {
    problems.push(
      "PULUMI_BACKEND_URL names no backend; allowed: https://, s3://, gs://, azblob:// and file://",
    );
  } else if (/\/\/[^/]*@/.test(backend)) {
    problems.push(
      "PULUMI_BACKEND_URL holds a user or a password; give these as secrets of their own",
    );
  } else if (backend.startsWith("https://") && !env.PULUMI_ACCESS_TOKEN) {
    problems.push(`the secret PULUMI_ACCESS_TOKEN is not set; set it ${where}`);
  }
  if (changes && backend.startsWith("file://") && env.RUNNER_ENVIRONMENT === "github-hosted") {
    problems.push("a file:// backend is gone with its runner; use one that outlives it");
  }
  if (changes && env.RUNNER_ENVIRONMENT === "github-hosted" && !env.DOCKER_HOST) {
    problems.push(
      `this runner's own Docker engine is gone after the job; set the variable PULUMI_RUNNER_${stack.toUpperCase().replaceAll(/\W/g, "_")} to the label of a runner on the stack's host`,
    );
  }
  return problems;
}
