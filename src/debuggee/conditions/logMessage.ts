import { emptyExpression, unclosedExpression } from './error.ts';

/** A log message in pieces, in order: texts as they are printed and expressions as they were written. */
export type LogPart = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'expression'; readonly expression: string };

const escapable = new Set(['{', '}', '$', '\\']);

/**
 * Reads `text {expression} text`. `${expression}` means the same, because that is how people write expressions in
 * workflows. A backslash makes `{`, `}`, `$` and itself plain text. Quotes and inner braces belong to the expression.
 * Throws `ConditionError`.
 */
export function parseLogMessage(message: string): LogPart[] {
  const parts: LogPart[] = [];
  let text = '';
  let at = 0;
  while (at < message.length) {
    const character = message.charAt(at);
    const next = message.charAt(at + 1);
    if (character === '\\' && escapable.has(next)) {
      text += next;
      at += 2;
    } else if (character === '{' || (character === '$' && next === '{')) {
      const open = character === '{' ? at : at + 1;
      const close = closingBrace(message, open);
      const expression = message.slice(open + 1, close).trim();
      if (expression === '') throw emptyExpression(open + 1);
      if (text !== '') parts.push({ kind: 'text', text });
      text = '';
      parts.push({ kind: 'expression', expression });
      at = close + 1;
    } else {
      text += character;
      at++;
    }
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

function closingBrace(message: string, open: number): number {
  let depth = 0;
  let quote = '';
  for (let at = open; at < message.length; at++) {
    const character = message.charAt(at);
    if (quote !== '') {
      if (character === '\\') at++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") {
      quote = character;
    } else if (character === '{') {
      depth++;
    } else if (character === '}' && --depth === 0) {
      return at;
    }
  }
  throw unclosedExpression(open + 1);
}
