import type { DataNode, MapEntry } from '../source/data.ts';
import type { Schema } from './schema.ts';

/** A value with the way to it. */
export interface Place {
  readonly node: DataNode;
  /** The entry whose value it is. */
  readonly entry?: MapEntry | undefined;
  readonly parent?: Place | undefined;
}

/** One keyword that a value does not satisfy. */
export interface Violation {
  readonly keyword: string;
  readonly schema: Schema;
  readonly place: Place;
  /** The key that should not be there (`additionalProperties`, `propertyNames`, …). */
  readonly key?: MapEntry;
  /** The keys that are missing (`required`, `dependentRequired`). */
  readonly missing?: readonly string[];
  /** The item that is one too many, or a repetition. */
  readonly item?: DataNode;
  /** For `anyOf` and `oneOf`: what each form finds wrong, in order; for `propertyNames`: what is wrong with the key. */
  readonly forms?: readonly (readonly Violation[])[];
}

/** A schema that is too large, or that asks for more than can be checked while typing. */
export class TooComplex extends Error {
  override readonly name = 'TooComplex';
}
