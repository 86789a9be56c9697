import { delay } from "../../support/waiting";
import { demandProcess } from "./runProcess";

/** The command lines of all processes of this machine while something goes on, as far as looking now and then shows them. */
export async function commandLinesDuring(work: Promise<unknown>): Promise<string> {
  const seen = new Set<string>();
  let going = true;
  const end = () => {
    going = false;
  };
  work.then(end, end);
  while (going) {
    const listed = await demandProcess("ps", ["-A", "-ww", "-o", "args"], { env: process.env });
    for (const line of listed.split("\n")) seen.add(line);
    await delay(50);
  }
  await work;
  return [...seen].join("\n");
}
