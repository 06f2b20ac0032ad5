import type { DataNode } from '../source/data.ts';

/** Numbers of documents: integers are exact (`bigint`), all others doubles. */
export type Numeric = bigint | number;

export function numeric(node: DataNode | undefined): Numeric | undefined {
  const value = node?.kind === 'scalar' ? node.value : undefined;
  return typeof value === 'bigint' || typeof value === 'number' ? value : undefined;
}
