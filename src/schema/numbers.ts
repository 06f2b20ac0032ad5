import type { DataNode } from '../source/data.ts';

/** Numbers of documents: integers are exact (`bigint`), all others doubles. JavaScript compares the two exactly. */
export type Numeric = bigint | number;

export function numeric(node: DataNode | undefined): Numeric | undefined {
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}

/** JSON Schema counts 1.0 as an integer. */
export function isIntegral(value: Numeric): boolean {
  return typeof value === 'bigint' || Number.isInteger(value);
}

/** Whether `value` is a multiple of `of`, exactly in decimals: 0.3 is one of 0.1. */
export function isMultiple(value: Numeric, of: Numeric): boolean {
  const left = decimal(value);
  const right = decimal(of);
  if (!left || !right || right.digits === 0n) return true;
  const exponent = Math.min(left.exponent, right.exponent);
  return (left.digits * 10n ** BigInt(left.exponent - exponent)) % (right.digits * 10n ** BigInt(right.exponent - exponent)) === 0n;
}

/** `digits * 10^exponent`; undefined for infinities and not-a-number. */
function decimal(value: Numeric): { digits: bigint; exponent: number } | undefined {
  const match = /^(-?\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value));
  if (!match) return undefined;
  const fraction = match[2] ?? '';
  return { digits: BigInt(match[1]! + fraction), exponent: Number(match[3] ?? 0) - fraction.length };
}

/** A text that two nodes share exactly where JSON Schema calls them equal: 1 is 1.0, and keys have no order. */
export function canonical(node: DataNode): string {
  if (node.kind === 'list') return `[${node.items.map(canonical).join(',')}]`;
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => `${JSON.stringify(entry.key)}:${canonical(entry.value)}`);
    return `{${entries.sort().join(',')}}`;
  }
  const { value } = node;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isInteger(value) ? BigInt(value).toString() : String(value);
  return JSON.stringify(value);
}
