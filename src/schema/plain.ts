import type { DataNode } from '../source/data.ts';
import type { Numeric } from './numbers.ts';

/**
 * A tree as the plain data that Ajv reads. Maps have no prototype, so that every key of a document is only a key.
 * Integers beyond 2^53 become the nearest double; messages take their numbers from the tree.
 */
export function plainValue(node: DataNode): unknown {
  if (node.kind === 'list') return node.items.map(plainValue);
  if (node.kind === 'scalar') return typeof node.value === 'bigint' ? plainNumber(node.value) : node.value;
  const map = Object.create(null) as Record<string, unknown>;
  for (const { key, value } of node.entries) map[key] = plainValue(value);
  return map;
}

/** An integer too large for a double stays finite, because infinity would be no integer. */
export function plainNumber(value: Numeric): number {
  return typeof value === 'number' ? value : Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, Number(value)));
}
