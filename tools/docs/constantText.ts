import ts from "typescript";

/** Where a value stands that only the run knows. */
export const UNKNOWN = "…";

function initializerOf(checker: ts.TypeChecker, node: ts.Expression): ts.Expression | undefined {
  const symbol = checker.getSymbolAtLocation(node);
  const aliased = symbol && symbol.flags & ts.SymbolFlags.Alias;
  const found = aliased ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = found?.valueDeclaration;
  if (!declaration || !ts.isVariableDeclaration(declaration)) return undefined;
  // What `let` holds changes, and a loop's variable has no initializer.
  const isConstant = ts.getCombinedNodeFlags(declaration) & ts.NodeFlags.Const;
  return isConstant ? declaration.initializer : undefined;
}

function unwrapped(node: ts.Expression): ts.Expression {
  const outer = ts.isAsExpression(node) || ts.isParenthesizedExpression(node);
  return outer ? unwrapped(node.expression) : node;
}

function valuesOf(node: ts.Expression, checker: ts.TypeChecker): (string | undefined)[] {
  const object = unwrapped(node);
  if (ts.isIdentifier(object)) {
    const initializer = initializerOf(checker, object);
    return initializer ? valuesOf(initializer, checker) : [undefined];
  }
  if (!ts.isObjectLiteralExpression(object)) return [undefined];
  return object.properties.map((it) =>
    ts.isPropertyAssignment(it) ? constantText(it.initializer, checker) : undefined,
  );
}

/** The texts of a constant list: a literal one, or the values of a constant object. */
function listOf(given: ts.Expression, checker: ts.TypeChecker): (string | undefined)[] {
  const node = unwrapped(given);
  if (ts.isArrayLiteralExpression(node)) {
    return node.elements.map((it) => constantText(it, checker));
  }
  if (ts.isIdentifier(node)) {
    const initializer = initializerOf(checker, node);
    return initializer ? listOf(initializer, checker) : [undefined];
  }
  const [object] = ts.isCallExpression(node) ? node.arguments : [];
  const isValues = ts.isCallExpression(node) && node.expression.getText() === "Object.values";
  return isValues && object ? valuesOf(object, checker) : [undefined];
}

function joined(node: ts.CallExpression, checker: ts.TypeChecker): string | undefined {
  const { expression } = node;
  if (!ts.isPropertyAccessExpression(expression) || expression.name.text !== "join") {
    return undefined;
  }
  const texts = listOf(expression.expression, checker);
  const [separator] = node.arguments;
  const between = separator && constantText(separator, checker);
  return texts.includes(undefined) || between === undefined ? undefined : texts.join(between);
}

/**
 * What an expression's text is as far as the source tells, with `…` for what only a run does. Undefined where the whole is
 * unknown.
 */
export function constantText(given: ts.Expression, checker: ts.TypeChecker): string | undefined {
  const node = unwrapped(given);
  if (ts.isStringLiteralLike(node) || ts.isNumericLiteral(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    const parts = node.templateSpans.map(
      ({ expression, literal }) => (constantText(expression, checker) ?? UNKNOWN) + literal.text,
    );
    return node.head.text + parts.join("");
  }
  if (ts.isCallExpression(node)) return joined(node, checker);
  if (!ts.isIdentifier(node)) return undefined;
  const initializer = initializerOf(checker, node);
  return initializer && constantText(initializer, checker);
}
