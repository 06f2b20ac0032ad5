import { badHitCondition, zeroDivisor } from './error.ts';

/** Whether to stop the `hits`-th time (from 1) that a breakpoint is reached with its condition true. */
export type HitCount = (hits: number) => boolean;

const pattern = /^(>=|<=|==?=?|>|<|%)?\s*(\d{1,15})$/;

/** A hit count as data, for a debuggee in another process. */
export interface HitCountRule {
  readonly operator: '>' | '>=' | '=' | '<' | '<=' | '%';
  readonly count: number;
}

/**
 * Reads a hit count: an operator and a number. A number alone stops at exactly that hit, as in VS Code's JavaScript
 * debugger; `% n` stops at every n-th. Throws `ConditionError`.
 */
export function parseHitCount(text: string): HitCount {
  const { operator, count } = readHitCount(text);
  switch (operator) {
    case '>':
      return (hits) => hits > count;
    case '>=':
      return (hits) => hits >= count;
    case '<':
      return (hits) => hits < count;
    case '<=':
      return (hits) => hits <= count;
    case '%':
      return (hits) => hits % count === 0;
    case '=':
      return (hits) => hits === count;
  }
}

/** Throws `ConditionError`. */
export function readHitCount(text: string): HitCountRule {
  const parts = pattern.exec(text.trim());
  if (!parts) throw badHitCondition(text);
  const count = Number(parts[2]);
  const operator = operators.find((candidate) => candidate === parts[1]) ?? '=';
  if (operator === '%' && count === 0) throw zeroDivisor(text);
  return { operator, count };
}

const operators = ['>', '>=', '<', '<=', '%'] as const;
