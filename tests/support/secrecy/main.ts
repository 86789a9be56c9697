import { type Judgement, judgeSecrecy } from "./judgeSecrecy";
import { SCENARIOS } from "./scenarios";

async function main(): Promise<void> {
  const judgements: Judgement[] = [];
  for (const scenario of SCENARIOS) judgements.push(await judgeSecrecy(scenario));
  process.stdout.write(JSON.stringify(judgements));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
