import type { Range } from '../../source/text.ts';

/** The expression language of google-workflows 2. Ranges are places in the source text, not in the scalar. */
export type Expression = Literal | Name | Member | Index | Call | ListLiteral | Unary | Binary | Missing;

export interface Literal {
  readonly kind: 'literal';
  /** Integers are bigint, doubles number. */
  readonly value: null | boolean | string | bigint | number;
  readonly range: Range;
}

export interface Name {
  readonly kind: 'name';
  readonly name: string;
  readonly range: Range;
}

export interface Member {
  readonly kind: 'member';
  readonly object: Expression;
  readonly name: string;
  readonly nameRange: Range;
  readonly range: Range;
}

export interface Index {
  readonly kind: 'index';
  readonly object: Expression;
  readonly index: Expression;
  readonly range: Range;
}

/** Functions are named, never computed: the callee is a dotted name such as `text.split`. */
export interface Call {
  readonly kind: 'call';
  readonly name: string;
  readonly nameRange: Range;
  readonly args: readonly Expression[];
  readonly range: Range;
}

export interface ListLiteral {
  readonly kind: 'list';
  readonly items: readonly Expression[];
  readonly range: Range;
}

export interface Unary {
  readonly kind: 'unary';
  readonly operator: '-' | 'not';
  readonly operand: Expression;
  readonly range: Range;
}

export const binaryOperators = ['or', 'and', '<', '<=', '>', '>=', '==', '!=', 'in', '+', '-', '*', '/', '//', '%'] as const;
export type BinaryOperator = (typeof binaryOperators)[number];

export interface Binary {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expression;
  readonly right: Expression;
  readonly range: Range;
}

/** Stands where an operand should be; a problem says so. */
export interface Missing {
  readonly kind: 'missing';
  readonly range: Range;
}

/** The dotted path of names that an expression is (`a.b.c`), or undefined. */
export function dottedName(expression: Expression): string | undefined {
  if (expression.kind === 'name') return expression.name;
  if (expression.kind !== 'member') return undefined;
  const object = dottedName(expression.object);
  return object === undefined ? undefined : `${object}.${expression.name}`;
}

export function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'member':
      return [expression.object];
    case 'index':
      return [expression.object, expression.index];
    case 'call':
      return expression.args;
    case 'list':
      return expression.items;
    case 'unary':
      return [expression.operand];
    case 'binary':
      return [expression.left, expression.right];
    default:
      return [];
  }
}
