import type { Problem } from '../../source/problem.ts';
import type { Range } from '../../source/text.ts';
import type { BinaryOperator, Expression } from './ast.ts';
import { tokenize, type Token } from './tokens.ts';

export interface ParsedExpression {
  readonly expression: Expression;
  readonly problems: readonly Problem[];
}

/** Operators from loosest to tightest (google-workflows 2.3); each level is left-associative. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ['or'],
  ['and'],
  ['<', '<=', '>', '>=', '==', '!=', 'in'],
  ['+', '-'],
  ['*', '/', '//', '%'],
];

/** Deeper nesting than 400 characters can hold; protects the recursion from texts that break that limit. */
const maxDepth = 250;

/** UTF-16 units that are parsed at all. Far beyond what is allowed; bounds the depth of trees such as `1 + 1 + 1 …`. */
export const maxLength = 4000;

/**
 * Parses the text between `${` and `}`. `place` maps an offset in that text to one in the source.
 * Never throws: what is missing becomes a `missing` node and a problem.
 */
export function parseExpression(text: string, place: (offset: number) => number = (offset) => offset): ParsedExpression {
  if (text.length > maxLength) {
    const range = { start: place(0), end: place(text.length) };
    const message = `This expression has ${text.length.toLocaleString('en')} characters; one of more than ${maxLength.toLocaleString('en')} is not read.`;
    return { expression: { kind: 'missing', range }, problems: [{ code: 'expression/too-long', severity: 'error', message, range }] };
  }
  return new Parser(text, place).parse();
}

class Parser {
  readonly #tokens: readonly Token[];
  readonly #place: (offset: number) => number;
  readonly #problems: Problem[] = [];
  #at = 0;
  #depth = 0;

  constructor(text: string, place: (offset: number) => number) {
    this.#tokens = tokenize(text);
    this.#place = place;
  }

  parse(): ParsedExpression {
    const expression = this.#binary(0);
    const left = this.#peek();
    if (left.kind !== 'end' && this.#problems.length === 0) {
      this.#problem(left, this.#leftOver(left));
    }
    return { expression, problems: this.#problems };
  }

  #leftOver(token: Token): string {
    if (token.kind === 'error') return `${capitalized(token.text)}.`;
    const after = this.#tokens[this.#at + 1];
    if (token.kind === 'word' && token.text === 'not' && after?.kind === 'word' && after.text === 'in') return '"not in" is no operator: write not(element in list).';
    return `An operator should stand before ${describe(token)}.`;
  }

  #binary(level: number): Expression {
    const operators = levels[level];
    if (!operators) return this.#unary();
    let left = this.#binary(level + 1);
    for (;;) {
      const token = this.#peek();
      if ((token.kind !== 'symbol' && token.kind !== 'word') || !operators.includes(token.text as BinaryOperator)) return left;
      this.#at++;
      const right = this.#binary(level + 1);
      left = { kind: 'binary', operator: token.text as BinaryOperator, left, right, range: { start: left.range.start, end: right.range.end } };
    }
  }

  #unary(): Expression {
    const token = this.#peek();
    const operator = token.kind === 'symbol' && token.text === '-' ? '-' : token.kind === 'word' && token.text === 'not' ? 'not' : undefined;
    if (operator === undefined) return this.#postfix();
    this.#at++;
    const operand = this.#nested(token, () => this.#unary());
    // The smallest int64 has no positive counterpart: its minus belongs to the number.
    if (operator === '-' && operand.kind === 'literal' && operand.value === 2n ** 63n) {
      this.#problems.splice(this.#problems.findIndex((problem) => problem.code === 'expression/integer-range'), 1);
      return { kind: 'literal', value: -(2n ** 63n), range: { start: this.#place(token.start), end: operand.range.end } };
    }
    return { kind: 'unary', operator, operand, range: { start: this.#place(token.start), end: operand.range.end } };
  }

  #postfix(): Expression {
    let expression = this.#primary();
    for (;;) {
      const token = this.#peek();
      if (token.kind !== 'symbol') return expression;
      if (token.text === '.') {
        this.#at++;
        const name = this.#peek();
        // Words are names after a dot: m.in, m.not.
        if (name.kind !== 'name' && name.kind !== 'word') {
          this.#problem(name, `A name should follow the dot, found ${describe(name)}.`);
          const end = this.#place(token.end);
          return { kind: 'member', object: expression, name: '', nameRange: { start: end, end }, range: { start: expression.range.start, end } };
        }
        this.#at++;
        const nameRange = this.#range(name);
        expression = { kind: 'member', object: expression, name: name.spelled ?? name.text, nameRange, range: { start: expression.range.start, end: nameRange.end } };
      } else if (token.text === '[') {
        this.#at++;
        const index = this.#nested(token, () => this.#binary(0));
        const end = this.#close(']', token);
        expression = { kind: 'index', object: expression, index, range: { start: expression.range.start, end } };
      } else if (token.text === '(') {
        expression = this.#call(expression, token);
      } else {
        return expression;
      }
    }
  }

  #call(callee: Expression, open: Token): Expression {
    this.#at++;
    const args = this.#list(')', open);
    const end = this.#close(')', open);
    const path: string[] = [];
    let node = callee;
    while (node.kind === 'member') {
      path.unshift(node.name);
      node = node.object;
    }
    const range = { start: callee.range.start, end };
    if (node.kind !== 'name') {
      if (callee.kind !== 'missing') {
        this.#problems.push({ code: 'expression/syntax', severity: 'error', message: 'Only a function or subworkflow name can be called.', range: callee.range });
      }
      return { kind: 'missing', range };
    }
    path.unshift(node.name);
    return { kind: 'call', name: path.join('.'), nameRange: callee.range, args, range };
  }

  #primary(): Expression {
    const token = this.#peek();
    const range = this.#range(token);
    switch (token.kind) {
      case 'integer': {
        this.#at++;
        const value = BigInt(token.text);
        if (value >= 2n ** 63n) {
          this.#problems.push({ code: 'expression/integer-range', severity: 'error', message: `${token.text} is not an int64; integers go up to ${2n ** 63n - 1n}.`, range });
        }
        return { kind: 'literal', value, range };
      }
      case 'double':
        this.#at++;
        if (!Number.isFinite(Number(token.text))) {
          this.#problems.push({ code: 'expression/double-range', severity: 'error', message: `${token.text} is too large for a double; they go up to about ${Number.MAX_VALUE.toPrecision(3)}.`, range });
        }
        return { kind: 'literal', value: Number(token.text), range };
      case 'string':
        this.#at++;
        return { kind: 'literal', value: token.value ?? '', range };
      case 'name':
        this.#at++;
        if (token.text === 'true' || token.text === 'True' || token.text === 'TRUE') return { kind: 'literal', value: true, range };
        if (token.text === 'false' || token.text === 'False' || token.text === 'FALSE') return { kind: 'literal', value: false, range };
        if (token.text === 'null' || token.text === 'Null' || token.text === 'NULL') return { kind: 'literal', value: null, range };
        return { kind: 'name', name: token.text, range };
      case 'symbol':
        if (token.text === '(') {
          this.#at++;
          const inner = this.#nested(token, () => this.#binary(0));
          const end = this.#close(')', token);
          return { ...inner, range: { start: range.start, end } };
        }
        if (token.text === '[') {
          this.#at++;
          const items = this.#list(']', token);
          return { kind: 'list', items, range: { start: range.start, end: this.#close(']', token) } };
        }
        break;
      default:
    }
    this.#problem(token, token.kind === 'error' ? `${capitalized(token.text)}.` : `A value should stand here, found ${describe(token)}.`);
    return { kind: 'missing', range: { start: range.start, end: range.start } };
  }

  #list(close: string, open: Token): Expression[] {
    const items: Expression[] = [];
    if (this.#isSymbol(close)) return items;
    for (;;) {
      items.push(this.#nested(open, () => this.#binary(0)));
      if (!this.#isSymbol(',')) return items;
      this.#at++;
    }
  }

  #nested(at: Token, parse: () => Expression): Expression {
    if (this.#depth >= maxDepth) {
      this.#problem(at, `The expression nests more than ${maxDepth} levels deep here.`);
      this.#at = this.#tokens.length - 1;
      const range = this.#range(at);
      return { kind: 'missing', range };
    }
    this.#depth++;
    const result = parse();
    this.#depth--;
    return result;
  }

  #close(symbol: string, open: Token): number {
    const token = this.#peek();
    if (this.#isSymbol(symbol)) {
      this.#at++;
      return this.#place(token.end);
    }
    this.#problem(token.kind === 'end' ? open : token, token.kind === 'end' ? `This "${open.text}" has no closing "${symbol}".` : `"${symbol}" should stand here, found ${describe(token)}.`);
    return this.#place(token.start);
  }

  #isSymbol(text: string): boolean {
    const token = this.#peek();
    return token.kind === 'symbol' && token.text === text;
  }

  #peek(): Token {
    return this.#tokens[Math.min(this.#at, this.#tokens.length - 1)]!;
  }

  #range(token: Token): Range {
    return { start: this.#place(token.start), end: this.#place(token.end) };
  }

  /** Only the first syntax problem: later ones usually follow from it. */
  #problem(token: Token, message: string): void {
    if (this.#problems.some((problem) => problem.code === 'expression/syntax')) return;
    this.#problems.push({ code: 'expression/syntax', severity: 'error', message, range: this.#range(token) });
  }
}

function describe(token: Token): string {
  if (token.kind === 'end') return 'the end';
  return token.kind === 'string' ? 'a string' : token.kind === 'error' ? 'something unreadable' : `"${token.text}"`;
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
