import { waitFor } from "../../support/waiting";
import { objectsOf } from "./docker";

/** A moment in an update at which something of the stack is in Docker. */
export interface Moment {
  what: string;
  /** Part of the name of the object that has just been made. */
  sign: string;
  /** Milliseconds after it was seen. */
  later: number;
}

/** Resolves at a moment of an update that runs. */
export async function reach(label: string, { what, sign, later }: Moment): Promise<void> {
  await waitFor(what, async () => {
    const { containers, networks, volumes } = await objectsOf(label);
    const there = [...containers, ...networks, ...volumes].some((name) => name.includes(sign));
    return there ? true : undefined;
  });
  await new Promise((resolve) => setTimeout(resolve, later));
}
