import { keywords, typeNames, type Keyword, type KeywordShape } from './keywords.ts';
import { builtInSchema } from './builtIn.ts';

/** What hover and completion know in schema files, made from the keyword table. Checking them is the loader's part. */
export const loadMetaSchema = builtInSchema(() => ({
  type: ['object', 'boolean'],
  // `$schema` is written once, at the top, and handled apart.
  properties: Object.fromEntries(keywords.filter((known) => known.name !== '$schema' && known.name !== 'id').map((known) => [known.name, valueOf(known)])),
}));

const schema = { $ref: '#' };
const strings = { type: 'array', items: { type: 'string' } };

const shapes: Readonly<Record<KeywordShape, object>> = {
  schema,
  schemas: { type: 'array', items: schema },
  schemaMap: { type: 'object', additionalProperties: schema },
  schemaOrSchemas: schema,
  dependencies: { type: 'object', additionalProperties: schema },
  count: { type: 'integer', minimum: 0 },
  number: { type: 'number' },
  positiveNumber: { type: 'number', exclusiveMinimum: 0 },
  exclusiveBound: { type: 'number' },
  string: { type: 'string' },
  reference: { type: 'string' },
  pattern: { type: 'string' },
  boolean: { type: 'boolean' },
  strings,
  stringsMap: { type: 'object', additionalProperties: strings },
  type: { anyOf: [{ enum: typeNames }, { type: 'array', items: { enum: typeNames } }] },
  list: { type: 'array' },
  any: {},
};

function valueOf({ shape, documentation }: Keyword): object {
  return { description: documentation.replaceAll('`', ''), ...shapes[shape] };
}
