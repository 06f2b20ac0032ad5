import type { Range } from './text.ts';

/**
 * A YAML or JSON text as plain data with places. Nodes never share (aliases are expanded within a bound) and
 * maps are arrays of entries, so no key of a document can ever become a property of a JavaScript object.
 */
export type DataNode = MapNode | ListNode | ScalarNode;

export interface MapNode {
  readonly kind: 'map';
  readonly range: Range;
  readonly entries: readonly MapEntry[];
  /** True for `{...}`: new entries are then written in flow style. */
  readonly flow: boolean;
}

export interface MapEntry {
  /** The key as a string: YAML numbers, booleans and null are spelled as in the source. */
  readonly key: string;
  readonly keyNode: ScalarNode;
  readonly value: DataNode;
  /** From the key's start to the value's end. */
  readonly range: Range;
}

export interface ListNode {
  readonly kind: 'list';
  readonly range: Range;
  readonly items: readonly DataNode[];
  readonly flow: boolean;
}

/** Integers are bigint and doubles number, because `1` and `1.0` are different values in both systems. */
export type Scalar = string | bigint | number | boolean | null;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly range: Range;
  readonly value: Scalar;
  readonly style: 'plain' | 'single' | 'double' | 'literal' | 'folded' | 'missing';
  /**
   * Source offset of each UTF-16 unit of a string value, plus one for its end; undefined where the value's
   * characters stand one by one from `range.start` (plain, one line).
   */
  readonly offsets?: readonly number[] | undefined;
}

/** The source offset of the `index`-th UTF-16 unit of a string scalar. */
export function sourceOffset(node: ScalarNode, index: number): number {
  if (node.offsets) return node.offsets[Math.min(index, node.offsets.length - 1)] ?? node.range.end;
  return Math.min(node.range.start + index, node.range.end);
}

export function entry(node: DataNode | undefined, key: string): MapEntry | undefined {
  return node?.kind === 'map' ? node.entries.find((candidate) => candidate.key === key) : undefined;
}

/** What a node is called in messages. */
export function describe(node: DataNode): string {
  if (node.kind === 'map') return 'a map';
  if (node.kind === 'list') return 'a list';
  const { value } = node;
  if (value === null) return 'null';
  if (typeof value === 'bigint') return 'an integer';
  if (typeof value === 'number') return 'a number';
  return typeof value === 'boolean' ? 'a boolean' : 'a string';
}
