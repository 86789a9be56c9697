import { type Right, rightKey } from "./right";

/**
 * The rights of roles that are made of others: all that one of these may do, unless the role has an entry of its own. For writing
 * the engine takes only what the others agree on, so that this may name too much, never too little.
 */
export function inheritedRights(
  rights: readonly Right[],
  parents: ReadonlyMap<string, readonly string[]>,
): Right[] {
  const own = new Set(rights.map(rightKey));
  return [...parents.keys()].flatMap((role) => {
    const within = ancestors(role, parents);
    const united = new Map<string, Right>();
    for (const right of rights.filter((it) => within.has(it.role))) {
      const inherited = { ...right, role };
      const key = rightKey(inherited);
      const before = united.get(key);
      if (!own.has(key)) united.set(key, before ? union(before, inherited) : inherited);
    }
    return [...united.values()];
  });
}

function ancestors(
  role: string,
  parents: ReadonlyMap<string, readonly string[]>,
  found = new Set<string>(),
): Set<string> {
  for (const parent of parents.get(role) ?? []) {
    if (found.has(parent)) continue;
    found.add(parent);
    ancestors(parent, parents, found);
  }
  return found;
}

/** What is allowed by one right or the other: a limit that one of them lacks is none. */
function union(one: Right, other: Right): Right {
  const { role, operation, object } = one;
  const conditions = one.conditions?.filter((it) => other.conditions?.includes(it)) ?? [];
  return {
    role,
    operation,
    object,
    ...bothLists("columns", one, other),
    ...bothTexts("rows", one, other),
    ...bothTexts("check", one, other),
    ...bothLists("presets", one, other),
    ...(conditions.length > 0 && { conditions }),
    ...bothLimits(one, other),
    ...((one.aggregates || other.aggregates) && { aggregates: true }),
    ...bothLists("rootFields", one, other),
    ...((one.mutates || other.mutates) && { mutates: true }),
  };
}

function bothLists(key: "columns" | "presets" | "rootFields", one: Right, other: Right) {
  const [a, b] = [one[key], other[key]];
  if (a === undefined || b === undefined) return {};
  const all = [...new Set([...a, ...b])].sort();
  // Every column has the others among it, but no computed field.
  const kept = all.includes("*") ? all.filter((it) => it === "*" || it.endsWith("()")) : all;
  return { [key]: kept };
}

function bothLimits({ limit: one }: Right, { limit: other }: Right): Pick<Right, "limit"> {
  return one === undefined || other === undefined ? {} : { limit: Math.max(one, other) };
}

function bothTexts(key: "rows" | "check", one: Right, other: Right) {
  const texts = [...new Set([one[key], other[key]])].filter((it) => it !== undefined).sort();
  if (one[key] === undefined || other[key] === undefined) return {};
  return { [key]: texts.length === 1 ? texts[0] : texts.map((it) => `(${it})`).join(" or ") };
}
