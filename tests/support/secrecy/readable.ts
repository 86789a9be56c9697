/** How values with a meaning of their own look on the wire (sdk/proto: special signature keys). */
const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";

/** What of a value anyone may read, and what is marked secret. */
export interface Readable {
  open: string;
  marked: string;
}

function isMarked(value: Record<string, unknown>): boolean {
  const kind = value[SIGNATURE];
  return kind === SECRET || (kind === OUTPUT && value.secret === true);
}

/** Every text of a registered value, names of fields too. */
export function readable(value: unknown): Readable {
  const open: string[] = [];
  const marked: string[] = [];
  const visit = (it: unknown, into: string[]): void => {
    if (typeof it !== "object" || it === null) {
      into.push(String(it));
      return;
    }
    const inner = !Array.isArray(it) && isMarked(it as Record<string, unknown>) ? marked : into;
    for (const [name, child] of Object.entries(it)) {
      inner.push(name);
      visit(child, inner);
    }
  };
  visit(value, open);
  return { open: open.join("\n"), marked: marked.join("\n") };
}
