import { _, Ajv2020, Name, type CodeKeywordDefinition, type KeywordErrorDefinition, type ValidateFunction } from 'ajv/dist/2020.js';
import { addEqualityKeywords } from './equality.ts';
import { addFormats } from './formats.ts';
import { compilePattern } from './patterns.ts';
import type { Schema, SchemaSet } from './schema.ts';
import { TooComplex } from './violation.ts';
import { SchemaWriter, type Origin, type WrittenSchema } from './written.ts';

/** What a check may still cost; a validator is called on it. */
export interface Budget {
  left: number;
}

const sets = new WeakMap<SchemaSet, CompiledSchemas>();

/** The validators of a set, kept as long as the set is. */
export function compiled(set: SchemaSet): CompiledSchemas {
  let found = sets.get(set);
  if (!found) sets.set(set, (found = new CompiledSchemas(set)));
  return found;
}

/**
 * The schemas of a set as functions, compiled by Ajv when they are first asked for.
 *
 * Ajv makes JavaScript from schemas (`new Function`). It writes every name, number and string of a schema into that
 * code as an escaped literal, or passes it by reference, so that a schema of an unknown author decides what is
 * compared, never what runs. It has no bounds of its own; these are ours: the size of texts and trees (the parser),
 * the number of files and schemas (the loader), of what is compiled (the writer), and what a check may cost (`cost`).
 * Patterns run on a linear-time engine. Nothing is ever loaded.
 */
export class CompiledSchemas {
  readonly #ajv = newAjv();
  readonly #writer: SchemaWriter;
  /** Whether writing has ended at a bound: what is written then has holes. */
  #broken = false;

  constructor(set: SchemaSet) {
    this.#writer = new SchemaWriter(set);
  }

  /** Throws `TooComplex`. */
  written(schema: Schema): WrittenSchema {
    if (this.#broken) throw new TooComplex();
    this.#broken = true;
    const { written, referred } = this.#writer.write(schema);
    for (const [address, other] of referred) this.#ajv.addSchema(other, address);
    // Last to first, so that most find what they refer to compiled: Ajv would nest calls for each that is not.
    for (const other of [...referred.values()].reverse()) this.validator(other);
    this.#broken = false;
    return written;
  }

  /** Ajv keeps what it has compiled by the schema object. */
  validator(written: WrittenSchema): ValidateFunction {
    return this.#ajv.compile(written);
  }

  origin(written: unknown): Origin {
    return this.#writer.origin(written);
  }
}

function newAjv(): Ajv2020 {
  const ajv = new Ajv2020({
    // What is written for Ajv is right by construction; the loader has reported what was not.
    strict: false,
    validateSchema: false,
    meta: false,
    addUsedSchema: false,
    logger: false,
    messages: false,
    allErrors: true,
    verbose: true,
    ownProperties: true,
    passContext: true,
    inlineRefs: false,
    multipleOfPrecision: 9,
    // Optimizing the code takes longer than all it saves.
    code: { optimize: false, regExp: Object.assign(linearPattern, { code: 'new RegExp' }) },
  });
  addFormats(ajv);
  addEqualityKeywords(ajv);
  for (const keyword of ['anyOf', 'oneOf', 'contains', 'propertyNames']) countInnerErrors(ajv, keyword);
  ajv.addKeyword({ keyword: 'cost', schemaType: 'number', errors: false, validate: spend });
  return ajv;
}

function spend(this: Budget, cost: number, value: unknown): true {
  const parts = Array.isArray(value) ? value.length : typeof value === 'object' && value !== null ? Object.keys(value).length : 0;
  this.left -= cost + parts;
  if (this.left < 0) throw new TooComplex();
  return true;
}

/** Ajv keeps patterns apart by their text. */
function linearPattern(source: string): { test: (text: string) => boolean; toString: () => string } {
  const pattern = compilePattern(source);
  return { test: (text) => !('matches' in pattern) || pattern.matches(text), toString: () => source };
}

/** Lets the errors of a keyword tell in `params.inner` how many errors right before them are those of its parts. */
function countInnerErrors(ajv: Ajv2020, keyword: string): void {
  const definition = ajv.getKeyword(keyword) as CodeKeywordDefinition;
  const error: KeywordErrorDefinition = {
    message: '',
    params: ({ params, errsCount }) => _`{inner: ${new Name('errors')} - ${errsCount}, propertyName: ${params['propertyName'] ?? null}}`,
  };
  ajv.removeKeyword(keyword);
  // "contains" must be seen before the only keyword that asks what others have seen.
  ajv.addKeyword({ ...definition, trackErrors: true, error, ...(keyword === 'contains' && { before: 'unevaluatedItems' }) });
}
