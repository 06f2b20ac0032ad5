import type { ErrorObject } from 'ajv/dist/2020.js';
import { entry, type DataNode } from '../source/data.ts';
import { compiled, type Budget, type CompiledSchemas } from './compiled.ts';
import { repetitions } from './equality.ts';
import { plainValue } from './plain.ts';
import type { Schema, SchemaSet } from './schema.ts';
import { TooComplex, type Place, type Violation } from './violation.ts';
import type { WrittenSchema } from './written.ts';

/** What checking one document may cost: about one for each keyword at each value. */
const maxCost = 2_000_000;
/** Violations of one value: nobody reads more. */
const maxViolations = 500;

/** An error of Ajv as `CompiledSchemas` sets it up. */
interface AjvError extends Omit<ErrorObject, 'params'> {
  readonly params: { readonly inner?: number; readonly missingProperty?: string; readonly property?: string; readonly propertyName?: string };
}

/**
 * Holds a document against schemas with Ajv and finds for every error the place in the document and the schema that
 * says so. One is made for each document: together its checks have one budget.
 */
export class Validator {
  readonly #schemas: CompiledSchemas;
  readonly #values = new WeakMap<DataNode, unknown>();
  readonly #budget: Budget = { left: maxCost };

  constructor(set: SchemaSet) {
    this.#schemas = compiled(set);
  }

  /** All violations, forms of `anyOf` and `oneOf` apart. Throws `TooComplex`. */
  check(schema: Schema, place: Place): Violation[] {
    const { node } = place;
    if (!this.#values.has(node)) this.#values.set(node, plainValue(node));
    return withoutOverflow(() => this.#check(this.#schemas.written(schema), this.#values.get(node), place));
  }

  holds(schema: Schema, place: Place): boolean {
    return this.check(schema, place).length === 0;
  }

  #check(written: WrittenSchema, value: unknown, place: Place): Violation[] {
    const validate = this.#schemas.validator(written);
    if (validate.call(this.#budget, value)) return [];
    const found: Violation[] = [];
    for (const error of ownErrors(validate.errors as AjvError[])) {
      if (found.length >= maxViolations) break;
      for (const violation of this.#violations(error, placeAt(place, error.instancePath))) {
        const last = found.at(-1);
        // Ajv tells of each missing key by itself.
        if (last?.missing && violation.missing && last.schema === violation.schema && last.place.node === violation.place.node && last.key === violation.key) {
          found[found.length - 1] = { ...last, missing: [...last.missing, ...violation.missing] };
        } else {
          found.push(violation);
        }
      }
    }
    return found;
  }

  #violations({ keyword, params, parentSchema, data }: AjvError, place: Place): Violation[] {
    const written = parentSchema as WrittenSchema;
    const { schema, forbids } = this.#schemas.origin(written);
    const { node, parent } = place;
    switch (keyword) {
      case 'if':
        return []; // What "then" or "else" finds is among the errors.
      case 'not':
        if (forbids === undefined || !parent) return [{ keyword: schema.verdict === false ? 'false' : keyword, schema, place }];
        return [{ keyword: forbids, schema, place: parent, ...(place.entry ? { key: place.entry } : { item: node }) }];
      case 'required':
        return [{ keyword, schema, place, missing: [params.missingProperty!] }];
      case 'dependentRequired':
        return [{ keyword, schema, place, missing: [params.missingProperty!], key: entry(node, params.property!)! }];
      case 'propertyNames': {
        const key = entry(node, params.propertyName!)!;
        const name: Place = { node: { ...key.keyNode, value: key.key }, entry: key, parent: place };
        return [{ keyword, schema, place, key, forms: [this.#check(written['propertyNames'] as WrittenSchema, key.key, name)] }];
      }
      case 'anyOf':
      case 'oneOf':
        return [{ keyword, schema, place, forms: (written[keyword] as WrittenSchema[]).map((form) => this.#check(form, data, place)) }];
      case 'contains': {
        const most = schema.maxContains;
        const items = most !== undefined && node.kind === 'list' ? node.items : [];
        const fitting = items.filter((item, index) => this.#check(written['contains'] as WrittenSchema, (data as unknown[])[index], { node: item, parent: place }).length === 0);
        return [{ keyword: most !== undefined && fitting.length > most ? 'maxContains' : keyword, schema, place }];
      }
      case 'maxItems':
        return [{ keyword, schema, place, ...(node.kind === 'list' && { item: node.items[Number(schema.maxItems)]! }) }];
      case 'uniqueItems':
        return node.kind === 'list' ? repetitions(data as unknown[]).map((index) => ({ keyword, schema, place, item: node.items[index]! })) : [];
      default:
        return [{ keyword, schema, place }];
    }
  }
}

/** Without the errors of parts that are told of by the error after them. */
function ownErrors(errors: readonly AjvError[]): AjvError[] {
  const own: AjvError[] = [];
  for (let i = errors.length - 1; i >= 0; i--) {
    const error = errors[i]!;
    own.push(error);
    const { inner } = error.params;
    if (inner === undefined) continue;
    // "propertyNames" tells of one key after the other.
    const before = error.keyword === 'propertyNames' ? errors.slice(i - inner, i) : [];
    own.push(...before.filter((other) => other.keyword === error.keyword && other.parentSchema === error.parentSchema && other.instancePath === error.instancePath).reverse());
    i -= inner;
  }
  return own.reverse();
}

/** The place of a JSON pointer below another. */
function placeAt(place: Place, pointer: string): Place {
  let at = place;
  for (const part of pointer.split('/').slice(1)) {
    const { node } = at;
    const found = entry(node, part.replaceAll('~1', '/').replaceAll('~0', '~'));
    at = node.kind === 'list' ? { node: node.items[Number(part)]!, parent: at } : { node: found!.value, entry: found, parent: at };
  }
  return at;
}

/** Long chains of references nest calls deeper than the engine allows, when they are compiled or run. */
function withoutOverflow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new TooComplex();
    throw error;
  }
}
