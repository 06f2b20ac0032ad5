import type { BinaryOperator, Expression } from '../../../src/workflow/expression/ast.ts';

/** How tightly an operator binds (google-workflows 2.3); higher is tighter. */
const precedence: Readonly<Record<BinaryOperator, number>> = {
  or: 1,
  and: 2,
  '<': 3,
  '<=': 3,
  '>': 3,
  '>=': 3,
  '==': 3,
  '!=': 3,
  in: 3,
  '+': 4,
  '-': 4,
  '*': 5,
  '/': 5,
  '//': 5,
  '%': 5,
};
const unaryPrecedence = 6;
const postfixPrecedence = 7;

/** The text of an expression, without `${}`, with the parentheses it needs and no others. Reads back as the same tree. */
export function printExpression(expression: Expression): string {
  return print(expression, 0);
}

function print(expression: Expression, outer: number): string {
  const own = bindingOf(expression);
  const text = inner(expression);
  return own < outer ? `(${text})` : text;
}

function bindingOf(expression: Expression): number {
  if (expression.kind === 'binary') return precedence[expression.operator];
  if (expression.kind === 'unary') return unaryPrecedence;
  // The minus of the smallest int64 and of a negative double belongs to the literal, but reads as an operator.
  if (expression.kind === 'literal' && isNegative(expression.value)) return unaryPrecedence;
  return postfixPrecedence;
}

function isNegative(value: unknown): boolean {
  return (typeof value === 'bigint' && value < 0n) || (typeof value === 'number' && value < 0);
}

function inner(expression: Expression): string {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(expression.value);
    case 'name':
      return expression.name;
    case 'missing':
      return '';
    case 'member':
      return `${print(expression.object, postfixPrecedence)}.${expression.name}`;
    case 'index':
      return `${print(expression.object, postfixPrecedence)}[${print(expression.index, 0)}]`;
    case 'call':
      return `${expression.name}(${list(expression.args)})`;
    case 'list':
      return `[${list(expression.items)}]`;
    case 'unary':
      return `${expression.operator === 'not' ? 'not ' : '-'}${print(expression.operand, unaryPrecedence)}`;
    case 'binary': {
      const own = precedence[expression.operator];
      // Operators of one level group to the left: the right side needs parentheses at the same level.
      return `${print(expression.left, own)} ${expression.operator} ${print(expression.right, own + 1)}`;
    }
  }
}

function list(items: readonly Expression[]): string {
  return items.map((item) => print(item, 0)).join(', ');
}

function printLiteral(value: string | bigint | number | boolean | null): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'number') return String(value);
  const text = String(value);
  // A double keeps its point or exponent, or it would read back as an integer.
  return /^-?\d+$/.test(text) ? `${text}.0` : text.replace('e+', 'e');
}
