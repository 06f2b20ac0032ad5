import { checkInput } from '../../src/schema/checkInput.ts';
import { loadSchema } from '../../src/schema/compile.ts';
import type { SchemaSet } from '../../src/schema/schema.ts';
import { parseSource } from '../../src/source/parse.ts';
import { milliseconds, type Measurement } from './measurement.ts';

const lines = 2000;
const schema = parseSource(
  JSON.stringify({
    type: 'object',
    properties: { orders: { type: 'array', items: { $ref: '#/$defs/order' } } },
    $defs: {
      order: {
        type: 'object',
        required: ['id', 'customer', 'total'],
        additionalProperties: false,
        properties: {
          id: { type: 'integer', minimum: 1 },
          customer: { type: 'string', pattern: '^[A-Z][a-z]+$' },
          total: { type: 'number', exclusiveMinimum: 0 },
          tags: { type: 'array', items: { enum: ['new', 'old'] }, uniqueItems: true },
          payment: { oneOf: [{ $ref: '#/$defs/card' }, { const: 'cash' }] },
        },
      },
      card: { type: 'object', required: ['number'], properties: { number: { type: 'string' }, holder: { type: 'string', default: '' } } },
    },
  }),
  'json',
);
const order = (index: number): string => `  - id: ${index + 1}\n    customer: Ada\n    total: 1.5\n    tags: [new]\n    payment: { number: "1" }\n`;
const text = `orders:\n${Array.from({ length: lines / 5 }, (_, index) => order(index)).join('')}`;
const document = parseSource(text, 'yaml');
const noFiles = { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

async function compile(): Promise<SchemaSet> {
  const set = await loadSchema(noFiles, '', schema);
  checkInput(parseSource('{}', 'json'), 'json', set);
  return set;
}

let set: SchemaSet;
const name = `input file of ${lines.toLocaleString('en')} lines`;

const measurements: readonly Measurement[] = [
  { name: 'input schema, read and compiled', unit: 'ms', runs: 20, measure: () => milliseconds(compile) },
  { name: `${name}, read`, unit: 'ms', runs: 20, measure: () => milliseconds(() => parseSource(text, 'yaml')) },
  {
    name: `${name}, checked`,
    unit: 'ms',
    runs: 20,
    prepare: async () => {
      set = await compile();
      for (let i = 0; i < 20; i++) checkInput(document, 'yaml', set);
    },
    measure: () => milliseconds(() => checkInput(document, 'yaml', set)),
  },
];

export default measurements;
