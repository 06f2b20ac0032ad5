import type { DataNode } from '../source/data.ts';
import type { Problem } from '../source/problem.ts';
import type { LineMap } from '../source/text.ts';
import type { TypeName } from './keywords.ts';
import type { Numeric } from './numbers.ts';

/**
 * A schema ready for use. Whatever was wrong in its text is left out here (and reported with its file), so that
 * a schema under construction still checks what it already says. Schemas may refer to themselves.
 */
export interface Schema {
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
  /** The same as canonical texts. */
  readonly enumTexts?: ReadonlySet<string>;
  readonly const?: DataNode;
  readonly constText?: string;
  readonly multipleOf?: Numeric;
  readonly maximum?: Numeric;
  readonly exclusiveMaximum?: Numeric;
  readonly minimum?: Numeric;
  readonly exclusiveMinimum?: Numeric;
  readonly maxLength?: Numeric;
  readonly minLength?: Numeric;
  readonly pattern?: KeyPattern;
  readonly format?: string;

  readonly prefixItems?: readonly Schema[];
  /** Of the items after `prefixItems`. */
  readonly items?: Schema;
  readonly contains?: Schema;
  readonly minContains?: Numeric;
  readonly maxContains?: Numeric;
  readonly maxItems?: Numeric;
  readonly minItems?: Numeric;
  readonly uniqueItems?: boolean;
  readonly unevaluatedItems?: Schema;

  readonly properties?: ReadonlyMap<string, Schema>;
  readonly patternProperties?: readonly (KeyPattern & { readonly schema: Schema })[];
  readonly additionalProperties?: Schema;
  readonly unevaluatedProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly required?: readonly string[];
  readonly maxProperties?: Numeric;
  readonly minProperties?: Numeric;
  readonly dependentRequired?: ReadonlyMap<string, readonly string[]>;
  readonly dependentSchemas?: ReadonlyMap<string, Schema>;

  readonly ref?: Schema;
  /** `name` is looked up in the schemas on the way here, outermost first; `schema` is what it names without them. */
  readonly dynamicRef?: { readonly name: string; readonly schema: Schema };
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
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
  /** Whether any schema asks what others have evaluated: only then is it recorded. */
  readonly tracksEvaluation: boolean;
}
