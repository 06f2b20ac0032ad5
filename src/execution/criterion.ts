/**
 * What a filter asks of a record, as data: it is read from a text once (AIP-160: `server/filter.ts`), and is both
 * evaluated here and told to the store, which looks for it in SQL (`engine/sqliteCriteria.ts`). What it means is said
 * here only; the store may leave parts out, never decide otherwise.
 */
export type Criterion =
  | { readonly kind: 'all' | 'any'; readonly parts: readonly Criterion[] }
  | { readonly kind: 'not'; readonly part: Criterion }
  | FieldCriterion;

/** One comparison. `wanted` is of the field's kind: times are milliseconds since the epoch, durations are seconds. */
export type FieldCriterion =
  | { readonly kind: 'text' | 'texts'; readonly field: string; readonly comparator: Comparator; readonly wanted: string }
  | { readonly kind: 'time' | 'duration' | 'int'; readonly field: string; readonly comparator: Comparator; readonly wanted: number }
  | { readonly kind: 'bool'; readonly field: string; readonly wanted: boolean }
  /** The value of a key. */
  | { readonly kind: 'entry'; readonly field: string; readonly key: string; readonly comparator: Comparator; readonly wanted: string }
  /** That there is such a key. */
  | { readonly kind: 'key'; readonly field: string; readonly key: string };

/** `:` (has) is `=` but for maps. */
export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | ':';

/** What can be asked for, by name. */
export type FilterFields<T> = ReadonlyMap<string, FilterField<T>>;

export type FilterField<T> =
  | { readonly kind: 'text' | 'time' | 'duration'; readonly of: (item: T) => string | undefined }
  | { readonly kind: 'bool'; readonly of: (item: T) => boolean }
  | { readonly kind: 'int'; readonly of: (item: T) => number | undefined }
  /** Any of several texts. */
  | { readonly kind: 'texts'; readonly of: (item: T) => readonly string[] }
  | { readonly kind: 'map'; readonly of: (item: T) => Readonly<Record<string, string>> };

export type Filter<T> = (item: T) => boolean;

/** Whether it holds for an item with these fields; one that asks for another field holds for nothing. */
export function filterOf<T>(criterion: Criterion, fields: FilterFields<T>): Filter<T> {
  switch (criterion.kind) {
    case 'all': {
      const parts = criterion.parts.map((part) => filterOf(part, fields));
      return (item) => parts.every((part) => part(item));
    }
    case 'any': {
      const parts = criterion.parts.map((part) => filterOf(part, fields));
      return (item) => parts.some((part) => part(item));
    }
    case 'not': {
      const part = filterOf(criterion.part, fields);
      return (item) => !part(item);
    }
    default: {
      const field = fields.get(criterion.field);
      return field ? fieldFilter(criterion, field) : () => false;
    }
  }
}

/** The text that a field must have for a criterion to hold, where that is plain: `state = "FAILED" AND …`. */
export function requiredText(criterion: Criterion, field: string): string | undefined {
  if (criterion.kind === 'all') return criterion.parts.map((part) => requiredText(part, field)).find((text) => text !== undefined);
  const isPlain = criterion.kind === 'text' && criterion.field === field && criterion.comparator === '=' && !criterion.wanted.includes('*');
  return isPlain ? criterion.wanted : undefined;
}

/** A duration in seconds; NaN for a text that is none. */
export function secondsOf(text: string): number {
  return /^\d+(\.\d+)?s?$/.test(text) ? Number.parseFloat(text) : Number.NaN;
}

function fieldFilter<T>(criterion: FieldCriterion, field: FilterField<T>): Filter<T> {
  switch (criterion.kind) {
    case 'text': {
      if (field.kind !== 'text') return () => false;
      const holds = compareText(criterion.comparator, criterion.wanted);
      return (item) => holds(field.of(item));
    }
    case 'texts': {
      if (field.kind !== 'texts') return () => false;
      const { comparator } = criterion;
      const holds = compareText(comparator === '!=' ? '=' : comparator, criterion.wanted);
      return (item) => field.of(item).some(holds) !== (comparator === '!=');
    }
    case 'bool':
      return field.kind === 'bool' ? (item) => field.of(item) === criterion.wanted : () => false;
    case 'int':
      return field.kind === 'int' ? numberFilter(criterion, field.of) : () => false;
    case 'time':
    case 'duration': {
      if (field.kind !== criterion.kind) return () => false;
      const read = criterion.kind === 'time' ? Date.parse : secondsOf;
      return numberFilter(criterion, (item: T) => {
        const value = field.of(item);
        return value === undefined ? undefined : read(value);
      });
    }
    case 'entry': {
      if (field.kind !== 'map') return () => false;
      const { key } = criterion;
      const holds = compareText(criterion.comparator, criterion.wanted);
      return (item) => holds(Object.hasOwn(field.of(item), key) ? field.of(item)[key] : undefined);
    }
    case 'key':
      return field.kind === 'map' ? (item) => Object.hasOwn(field.of(item), criterion.key) : () => false;
  }
}

function numberFilter<T>({ comparator, wanted }: { readonly comparator: Comparator; readonly wanted: number }, of: (item: T) => number | undefined): Filter<T> {
  const holds = compareNumber(comparator, wanted);
  return (item) => {
    const value = of(item);
    return value === undefined ? comparator === '!=' : holds(value);
  };
}

function compareNumber(comparator: Comparator, wanted: number): (value: number) => boolean {
  switch (comparator) {
    case '=':
    case ':':
      return (value) => value === wanted;
    case '!=':
      return (value) => value !== wanted;
    case '<':
      return (value) => value < wanted;
    case '<=':
      return (value) => value <= wanted;
    case '>':
      return (value) => value > wanted;
    case '>=':
      return (value) => value >= wanted;
  }
}

function compareText(comparator: Comparator, wanted: string): (value: string | undefined) => boolean {
  const matches = matcherOf(textPattern(wanted));
  switch (comparator) {
    case '=':
    case ':':
      return (value) => value !== undefined && matches(value);
    case '!=':
      return (value) => value === undefined || !matches(value);
    case '<':
      return (value) => value !== undefined && value < wanted;
    case '<=':
      return (value) => value !== undefined && value <= wanted;
    case '>':
      return (value) => value !== undefined && value > wanted;
    case '>=':
      return (value) => value !== undefined && value >= wanted;
  }
}

export interface TextPattern {
  readonly kind: 'anything' | 'is' | 'begins' | 'ends' | 'contains';
  readonly text: string;
}

/** `*` at the ends of a text stands for anything; alone it asks whether there is a value. */
export function textPattern(wanted: string): TextPattern {
  if (wanted === '*') return { kind: 'anything', text: '' };
  const [open, close] = [wanted.startsWith('*'), wanted.endsWith('*')];
  const text = wanted.slice(open ? 1 : 0, close ? -1 : undefined);
  if (open && close) return { kind: 'contains', text };
  if (open) return { kind: 'ends', text };
  return close ? { kind: 'begins', text } : { kind: 'is', text };
}

function matcherOf({ kind, text }: TextPattern): (value: string) => boolean {
  switch (kind) {
    case 'anything':
      return () => true;
    case 'is':
      return (value) => value === text;
    case 'begins':
      return (value) => value.startsWith(text);
    case 'ends':
      return (value) => value.endsWith(text);
    case 'contains':
      return (value) => value.includes(text);
  }
}
