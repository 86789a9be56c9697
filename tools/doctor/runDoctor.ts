import { examine } from "../../infra/doctor/examine";
import { type DoctorFlags, optionsOf, subjectOf, UsageProblem } from "./doctorRequest";
import { jsonText, type Report, reportOf, shortText, tableText } from "./report";

/** What is to be printed, or what is wrong with the request. */
export interface DoctorOutcome {
  text: string;
  /** 0 where nothing failed, 1 where something did, 2 for a mistake on the command line. */
  exitCode: number;
  /** Why nothing was examined, on one line. */
  problem?: string;
}

type Outputs = Readonly<Record<string, unknown>>;

/** Examines a stack by its outputs and tells what was found; these are asked for once the request is sound. */
export async function runDoctor(
  flags: DoctorFlags,
  outputsOf: () => Promise<Outputs>,
  env: NodeJS.ProcessEnv = process.env,
): Promise<DoctorOutcome> {
  const { stack, strict, json } = flags;
  try {
    const options = optionsOf(flags, env);
    const subject = subjectOf(await outputsOf());
    if (subject === undefined) return { text: "", exitCode: 1, problem: notUp(stack) };
    const report = reportOf(stack, await examine(subject, options), strict);
    return { text: json ? jsonText(report) : tableText(report), exitCode: report.ok ? 0 : 1 };
  } catch (error) {
    if (error instanceof UsageProblem) return { text: "", exitCode: 2, problem: error.message };
    throw error;
  }
}

/** The short form after an update; undefined where the stack has no engine to look at. */
export async function doctorAfterUp(
  stack: string,
  outputs: Outputs,
): Promise<(Pick<Report, "ok"> & { text: string }) | undefined> {
  const subject = subjectOf(outputs);
  if (subject === undefined) return undefined;
  const report = reportOf(stack, await examine(subject), false);
  return { ok: report.ok, text: shortText(report) };
}

function notUp(stack: string): string {
  const named = stack === "dev" ? "" : ` -- --stack ${stack}`;
  return `stack ${stack} is not up; run npm run up${named} first`;
}
