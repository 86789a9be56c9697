import { join } from "node:path";
import ts from "typescript";

/** What the docstring of an argument says. */
export interface ArgumentDoc {
  meaning: string;
  /** Absent where the argument is required. */
  default?: string;
}

/** The arguments that a stack's configuration sets. */
const ARGUMENTS = { file: "infra/settings/clerkHasuraArgs.ts", name: "ClerkHasuraArgs" };

/** Loads no compiler options but what resolves types: the check is `tsc`'s own. */
function checkedArguments(root: string): { checker: ts.TypeChecker; type: ts.Type } {
  const file = join(root, ARGUMENTS.file);
  const options = { strict: true, skipLibCheck: true, types: [], target: ts.ScriptTarget.ES2022 };
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  const symbol = exported.find(({ name }) => name === ARGUMENTS.name);
  if (symbol === undefined) throw new Error(`${ARGUMENTS.file} has no ${ARGUMENTS.name}`);
  return { checker, type: checker.getDeclaredTypeOfSymbol(symbol) };
}

function parsed(path: string, argument: ts.Symbol, checker: ts.TypeChecker): ArgumentDoc {
  const comment = ts.displayPartsToString(argument.getDocumentationComment(checker));
  const [before = "", after] = comment.replace(/\s+/g, " ").split(/ ?Default: /);
  if (before === "") throw new Error(`${path} has no docstring`);
  if (after !== undefined) {
    const [standard, ...more] = after.replace(/\.$/, "").split(/\. (?=[A-Z])/);
    const meaning = [before, ...more.map((sentence) => `${sentence}.`)].join(" ");
    return { meaning, ...(standard === undefined ? {} : { default: standard }) };
  }
  if (argument.flags & ts.SymbolFlags.Optional) throw new Error(`${path} does not say its default`);
  return { meaning: before };
}

/**
 * Returns what the docstring of each argument says, by path, such as `hasura.port`.
 * Throws for a path without a documented argument, and for an optional argument whose default is not documented.
 */
export function argumentDocs(root: string, paths: readonly string[]): Map<string, ArgumentDoc> {
  const { checker, type } = checkedArguments(root);
  return new Map(
    paths.map((path) => {
      let at: ts.Type | undefined = type;
      let argument: ts.Symbol | undefined;
      for (const name of path.split(".")) {
        argument = at?.getProperty(name);
        at = argument && checker.getNonNullableType(checker.getTypeOfSymbol(argument));
      }
      if (argument === undefined) throw new Error(`${path} is not an argument`);
      return [path, parsed(path, argument, checker)];
    }),
  );
}
