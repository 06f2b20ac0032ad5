import type { Ajv2020 } from 'ajv/dist/2020.js';

/**
 * `const`, `enum` and `uniqueItems`, compared by canonical text. Ajv's own comparison calls `valueOf` and `toString`
 * of the data, which fails where a document has keys of these names, and holds every item against every other.
 */
export function addEqualityKeywords(ajv: Ajv2020): void {
  for (const keyword of ['const', 'enum', 'uniqueItems']) ajv.removeKeyword(keyword);
  ajv.addKeyword({ keyword: 'const', compile: (value: unknown) => isAmong([value]) });
  ajv.addKeyword({ keyword: 'enum', schemaType: 'array', compile: isAmong });
  ajv.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate: (asked: boolean, items: readonly unknown[]) => !asked || repetitions(items).length === 0 });
}

function isAmong(values: readonly unknown[]): (value: unknown) => boolean {
  const texts = new Set(values.map(canonical));
  const onlyScalars = values.every(isScalar);
  return (value) => (isScalar(value) || !onlyScalars) && texts.has(canonical(value));
}

/** The indexes of the items that are equal to one before them. */
export function repetitions(items: readonly unknown[]): number[] {
  const seen = new Set<string>();
  return items.flatMap((item, index) => (seen.size === seen.add(canonical(item)).size ? [index] : []));
}

/** A text that two values share exactly where JSON Schema calls them equal: keys have no order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (isScalar(value)) return JSON.stringify(value);
  const entries = Object.entries(value as object).map(([key, part]) => `${JSON.stringify(key)}:${canonical(part)}`);
  return `{${entries.sort().join(',')}}`;
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
