import type { DataNode, Scalar } from '../source/data.ts';
import type { JsonText } from './record.ts';

/** A number as JSON writes it such that 1 and 1.0 stay different. Only finite doubles are JSON. */
export function doubleText(value: number): string {
  // JavaScript writes 1.0 as "1"; beyond 1e21 it writes an exponent, which is a double everywhere.
  const text = Object.is(value, -0) ? '-0' : String(value);
  return /^-?\d+$/.test(text) ? `${text}.0` : text;
}

function scalarText(value: Scalar): string {
  if (typeof value === 'bigint') return value.toString();
  return typeof value === 'number' ? doubleText(value) : JSON.stringify(value);
}

/** The JSON text of a tree, exact in numbers and order. YAML's infinities and not-a-number, which JSON lacks, become null. */
export function jsonOf(node: DataNode): JsonText {
  const parts: string[] = [];
  const write = (part: DataNode): void => {
    if (part.kind === 'scalar') {
      parts.push(typeof part.value === 'number' && !Number.isFinite(part.value) ? 'null' : scalarText(part.value));
    } else if (part.kind === 'list') {
      parts.push('[');
      part.items.forEach((item, index) => {
        if (index > 0) parts.push(',');
        write(item);
      });
      parts.push(']');
    } else {
      parts.push('{');
      part.entries.forEach((item, index) => {
        parts.push(index > 0 ? ',' : '', JSON.stringify(item.key), ':');
        write(item.value);
      });
      parts.push('}');
    }
  };
  write(node);
  return parts.join('');
}

const nowhere = { start: 0, end: 0 };

/**
 * Plain JSON data of a program (a launch configuration, say) as a tree without places. Whole numbers become integers,
 * since JavaScript cannot tell 1 from 1.0. What JSON has no form for (functions, undefined) is left out.
 */
export function treeOf(value: unknown): DataNode {
  if (Array.isArray(value)) return { kind: 'list', range: nowhere, flow: true, items: value.map(treeOf) };
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, part]) => part !== undefined && typeof part !== 'function');
    return {
      kind: 'map',
      range: nowhere,
      flow: true,
      entries: entries.map(([key, part]) => ({ key, keyNode: scalar(key), value: treeOf(part), range: nowhere })),
    };
  }
  if (typeof value === 'number') return scalar(Number.isSafeInteger(value) ? BigInt(value) : value);
  return scalar(typeof value === 'string' || typeof value === 'boolean' || typeof value === 'bigint' ? value : null);
}

function scalar(value: Scalar): DataNode & { kind: 'scalar' } {
  return { kind: 'scalar', range: nowhere, style: 'plain', value };
}
