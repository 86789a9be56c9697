interface Meaning {
  kind: "clean" | "changes" | "policy" | "error";
  /** What happened and what to do, in one line. */
  text: string;
}

/** Exit codes as the Pulumi CLI documents them (sdk/go/common/util/cmdutil/exit.go; 7 since 3.227). */
const MEANINGS: Readonly<Record<number, Meaning>> = {
  0: { kind: "clean", text: "it succeeded" },
  2: { kind: "error", text: "a flag or the stack's configuration is wrong; correct it" },
  3: {
    kind: "error",
    text: "the login is missing or expired; renew the access token of the backend",
  },
  4: { kind: "error", text: "a resource failed; look at the first error above" },
  5: { kind: "policy", text: "a mandatory policy is violated; correct what the policy names" },
  6: { kind: "error", text: "there is no such stack; create it with npm run new-stack" },
  7: { kind: "changes", text: "changes were found where none were expected" },
  8: { kind: "error", text: "it was cancelled; start it again" },
  9: { kind: "error", text: "it took too long; start it again" },
  255: { kind: "error", text: "Pulumi failed inside; look at the last lines above" },
};

/** What an exit code of Pulumi means; an unknown one is an error. */
export function meaningOf(code: number): Meaning {
  const text = `it failed with exit code ${code}; look at the first error above`;
  return MEANINGS[code] ?? { kind: "error", text };
}

/** One line for GitHub's list of annotations; elsewhere a plain line. */
export function annotation(
  level: "error" | "warning",
  text: string,
  env: NodeJS.ProcessEnv,
): string {
  if (env.GITHUB_ACTIONS !== "true") return `${level}: ${text}`;
  // The runner reads the line as a command: only these three characters have a meaning in its text.
  const escaped = text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
  return `::${level}::${escaped}`;
}
