// The part of the TypeScript compiler this reader uses. The module object is passed in, so the core never loads the
// compiler itself, and a build that cuts the compiler down knows from `typescriptApi` what it has to keep.
// Only free functions and enums are listed: the methods on nodes (`getStart`, `text` of an identifier) come from the
// language service and are missing in a cut build.

import type ts from "typescript";

/** Names of the compiler's exports the reader needs, all of them from its scanner, parser and node utilities. */
export const typescriptApi = [
  "JSDocParsingMode",
  "NodeFlags",
  "ScriptKind",
  "ScriptTarget",
  "SyntaxKind",
  "createSourceFile",
  "forEachChild",
  "idText",
  "isArrayBindingPattern",
  "isArrayLiteralExpression",
  "isBinaryExpression",
  "isBlock",
  "isClassStaticBlockDeclaration",
  "isComputedPropertyName",
  "isConstructorDeclaration",
  "isDecorator",
  "isExpressionStatement",
  "isExternalModuleReference",
  "isGetAccessorDeclaration",
  "isIdentifier",
  "isJsxAttribute",
  "isJsxExpression",
  "isJsxSpreadAttribute",
  "isMethodDeclaration",
  "isModuleBlock",
  "isNamedExports",
  "isNamedImports",
  "isNumericLiteral",
  "isObjectBindingPattern",
  "isObjectLiteralExpression",
  "isOmittedExpression",
  "isParenthesizedExpression",
  "isPrivateIdentifier",
  "isPropertyAccessExpression",
  "isPropertyAssignment",
  "isPropertyDeclaration",
  "isSetAccessorDeclaration",
  "isShorthandPropertyAssignment",
  "isSpreadAssignment",
  "isSpreadElement",
  "isStringLiteralLike",
  "isVariableDeclarationList",
] as const;

/** The compiler, or the cut of it, that a reader works with. */
export type TypescriptModule = Pick<typeof ts, (typeof typescriptApi)[number]>;
