import { leaksIn } from "../../e2e/support/canaries";
import { recordSecrets } from "./recordSecrets";
import { SCENARIOS, type Scenario } from "./scenarios";

/** What is wrong with the secrecy of one way to use the component. */
export interface Judgement {
  title: string;
  /** Secrets that stand where anyone may read them. */
  leaks: string[];
  /** Given secrets that came nowhere, so that nothing was proved of them. */
  unseen: string[];
  /** How many places were looked at. */
  places: number;
}

/** Looks for every canary, in every encoding, at every place that is not marked secret. */
async function judgeSecrecy({ title, given, build }: Scenario): Promise<Judgement> {
  const { places, generated } = await recordSecrets(build);
  const canaries = [...given, ...generated];
  const leaks = places.flatMap(({ where, open }) =>
    leaksIn(open, canaries).map((leak) => `${leak} in ${where}`),
  );
  const seen = places.map(({ open, marked }) => `${open}\n${marked}`).join("\n");
  const unseen = canaries.filter((it) => leaksIn(seen, [it]).length === 0).map(({ what }) => what);
  return { title, leaks: [...new Set(leaks)].sort(), unseen, places: places.length };
}

async function main(): Promise<void> {
  const judgements: Judgement[] = [];
  for (const scenario of SCENARIOS) judgements.push(await judgeSecrecy(scenario));
  process.stdout.write(JSON.stringify(judgements));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
