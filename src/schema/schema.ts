import type { DataNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import type { TypeName } from './keywords.ts';
import type { Numeric } from './numbers.ts';

/** Keywords that hold a number. */
export const numberKeywords = [
  'multipleOf', 'maximum', 'exclusiveMaximum', 'minimum', 'exclusiveMinimum', 'maxLength', 'minLength', 'maxItems', 'minItems',
  'minContains', 'maxContains', 'maxProperties', 'minProperties',
] as const;
/** Keywords that hold one schema. `items` is that of the items after `prefixItems`. */
export const partKeywords = [
  'items', 'contains', 'unevaluatedItems', 'additionalProperties', 'unevaluatedProperties', 'propertyNames', 'not', 'if', 'then', 'else',
] as const;
/** Keywords that hold a list of schemas. */
export const listKeywords = ['prefixItems', 'allOf', 'anyOf', 'oneOf'] as const;

type Numbers = { readonly [K in (typeof numberKeywords)[number]]?: Numeric };
type Parts = { readonly [K in (typeof partKeywords)[number]]?: Schema };
type Lists = { readonly [K in (typeof listKeywords)[number]]?: readonly Schema[] };

/**
 * A schema ready for use, whatever its draft in the words of 2020-12. What was wrong in its text is left out here (and
 * reported with its file), so that a schema under construction still checks what it already says. Schemas may refer to
 * themselves.
 */
export interface Schema extends Numbers, Parts, Lists {
  /** The file it stands in and where. */
  readonly file: SchemaFile;
  readonly node: DataNode;
  /** The address of the schema resource it belongs to. */
  readonly base: string;
  /** Of the schemas `true` and `false`. */
  readonly verdict?: boolean;

  readonly title?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly default?: DataNode;
  readonly examples?: readonly DataNode[];

  readonly types?: readonly TypeName[];
  readonly enum?: readonly DataNode[];
  readonly const?: DataNode;
  readonly pattern?: KeyPattern;
  readonly format?: string;
  readonly uniqueItems?: boolean;

  readonly properties?: ReadonlyMap<string, Schema>;
  readonly patternProperties?: readonly (KeyPattern & { readonly schema: Schema })[];
  readonly required?: readonly string[];
  readonly dependentRequired?: ReadonlyMap<string, readonly string[]>;
  readonly dependentSchemas?: ReadonlyMap<string, Schema>;

  readonly ref?: Schema;
  /** `name` is looked up in the schemas on the way here, outermost first; `schema` is what it names without them. */
  readonly dynamicRef?: { readonly name: string; readonly schema: Schema };
}

export interface KeyPattern {
  readonly source: string;
  readonly matches: (text: string) => boolean;
}

/** A text that schemas stand in, with what is wrong in it. */
export interface SchemaFile {
  /** Empty for a schema that is in no file. */
  readonly path: string;
  readonly lines: LineMap;
  readonly problems: readonly Problem[];
}

/** A schema with everything it refers to. */
export interface SchemaSet {
  readonly root: Schema;
  /** Every file that was read, the root's first. */
  readonly files: readonly SchemaFile[];
  /** Every path that was looked at, also where nothing was found: a change of any makes this set stale. */
  readonly dependencies: readonly string[];
  /** `$dynamicAnchor`s by resource and name. */
  readonly dynamicAnchors: ReadonlyMap<string, ReadonlyMap<string, Schema>>;
}
