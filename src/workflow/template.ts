import { sourceOffset, type DataNode, type ScalarNode } from '../source/data.ts';
import { closingBrace } from '../source/readYaml.ts';
import type { Expression } from './expression/ast.ts';
import { maxLength, parseExpression } from './expression/parse.ts';
import { tokenize } from './expression/tokens.ts';
import type { Problems } from './problems.ts';
import { limits } from './stepKinds.ts';
import type { Template } from './syntax.ts';

/** Reads data with embedded expressions (google-workflows 2.1). */
export function parseTemplate(node: DataNode, problems: Problems): Template {
  if (node.kind === 'list') {
    const items = node.items.map((item) => parseTemplate(item, problems));
    return items.every((item) => item.kind === 'constant') ? { kind: 'constant', node } : { kind: 'list', node, items };
  }
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => ({
      key: expressionOf(entry.keyNode, problems) ?? entry.key,
      keyRange: entry.keyNode.range,
      value: parseTemplate(entry.value, problems),
    }));
    const constant = entries.every((entry) => typeof entry.key === 'string' && entry.value.kind === 'constant');
    return constant ? { kind: 'constant', node } : { kind: 'map', node, entries };
  }
  const expression = expressionOf(node, problems);
  return expression ? { kind: 'expression', node, expression } : { kind: 'constant', node };
}

/** The expression that a scalar is, or undefined for plain data. */
function expressionOf(node: ScalarNode, problems: Problems): Expression | undefined {
  const { value } = node;
  if (typeof value !== 'string' || !value.includes('${')) return undefined;
  const start = value.search(/\S/);
  if (!value.startsWith('${', start)) {
    if (closingBrace(value, value.indexOf('${') + 2) !== undefined) mixed(node, problems);
    return undefined;
  }
  const end = value.trimEnd().length;
  const close = closingBrace(value, start + 2);
  if (close === undefined) {
    problems.error('expression/unterminated', node.range, unterminated(node, value));
    return { kind: 'missing', range: node.range };
  }
  if (close !== end - 1) {
    mixed(node, problems);
    return undefined;
  }
  const text = value.slice(start + 2, close);
  const characters = text.length > limits.expressionCharacters ? Array.from(text).length : text.length;
  if (characters > limits.expressionCharacters) {
    problems.error('expression/too-long', node.range, `This expression has ${characters} characters; at most ${limits.expressionCharacters} are allowed. Split it with an assign step.`);
  }
  if (text.length > maxLength) return { kind: 'missing', range: node.range };
  const parsed = parseExpression(text, (offset) => sourceOffset(node, start + 2 + offset));
  problems.syntax(parsed.expression, parsed.problems);
  return parsed.expression;
}

/** The brace is there but within a string that goes on to the end; or it is not, which YAML may have cut off. */
function unterminated(node: ScalarNode, value: string): string {
  const open = value.trimEnd().endsWith('}') ? tokenize(value.slice(value.indexOf('${') + 2)).find((token) => token.open !== undefined)?.open : undefined;
  if (open !== undefined) return `This expression has no closing "}": the string that begins with ${open} in it is not closed.`;
  const quoted = node.style === 'plain' ? ' Where the expression holds ": " or " #", put all of it in single quotes.' : '';
  return `This expression has no closing "}".${quoted}`;
}

function mixed(node: ScalarNode, problems: Problems): void {
  problems.hint(
    'expression/mixed-text',
    node.range,
    'This is plain text: an expression is evaluated only where ${…} is the whole value. Concatenate inside it: ${"Hello " + name}.',
  );
}
