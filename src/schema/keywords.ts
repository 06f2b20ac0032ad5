/** The keywords of JSON Schema, once: reading, checking and completing schemas all use this table. */

/** Drafts in their order. A schema that names none is read with the keywords of all of them. */
const drafts = ['draft-04', 'draft-06', 'draft-07', '2019-09', '2020-12'] as const;
export type Draft = (typeof drafts)[number];

const metaSchemas: readonly (readonly [RegExp, Draft])[] = [
  [/^https?:\/\/json-schema\.org\/draft-04\/(hyper-)?schema#?$/, 'draft-04'],
  [/^https?:\/\/json-schema\.org\/draft-06\/(hyper-)?schema#?$/, 'draft-06'],
  [/^https?:\/\/json-schema\.org\/draft-07\/(hyper-)?schema#?$/, 'draft-07'],
  [/^https?:\/\/json-schema\.org\/draft\/2019-09\/(hyper-)?schema#?$/, '2019-09'],
  [/^https?:\/\/json-schema\.org\/draft\/2020-12\/(hyper-)?schema#?$/, '2020-12'],
];

/** The draft that a `$schema` names. */
export function draftOf(id: string): Draft | undefined {
  return metaSchemas.find(([pattern]) => pattern.test(id))?.[1];
}

/** The shape of a keyword's value. */
export type KeywordShape =
  | 'schema'
  /** A non-empty list of schemas. */
  | 'schemas'
  | 'schemaMap'
  /** `items`: one schema, or (up to 2019-09) one for each place. */
  | 'schemaOrSchemas'
  /** `dependencies`: for each key a schema or a list of keys. */
  | 'dependencies'
  | 'count'
  | 'number'
  | 'positiveNumber'
  /** A number, or a boolean in draft-04. */
  | 'exclusiveBound'
  | 'string'
  | 'reference'
  | 'pattern'
  | 'boolean'
  | 'strings'
  | 'stringsMap'
  | 'type'
  | 'list'
  | 'any';

export interface Keyword {
  readonly name: string;
  readonly shape: KeywordShape;
  readonly since?: Draft;
  readonly until?: Draft;
  readonly documentation: string;
}

function keyword(name: string, shape: KeywordShape, documentation: string, since?: Draft, until?: Draft): Keyword {
  return { name, shape, documentation, ...(since && { since }), ...(until && { until }) };
}

export const keywords: readonly Keyword[] = [
  keyword('$schema', 'string', 'The draft of JSON Schema this schema is written in.'),
  keyword('$id', 'string', 'The address other schemas refer to this one by.', 'draft-06'),
  keyword('id', 'any', 'The address other schemas refer to this one by.', undefined, 'draft-04'),
  keyword('$anchor', 'string', 'A name for `$ref` to this place.', '2019-09'),
  keyword('$dynamicAnchor', 'string', 'A name that extending schemas may redefine.', '2020-12'),
  keyword('$ref', 'reference', 'Another schema that must hold too: `#/$defs/name`, or a relative path to a JSON or YAML file.'),
  keyword('$dynamicRef', 'reference', 'A reference to a `$dynamicAnchor`.', '2020-12'),
  keyword('$recursiveRef', 'reference', 'A reference to the outermost recursive schema.', '2019-09', '2019-09'),
  keyword('$comment', 'string', 'A note for people who read the schema.', 'draft-07'),
  keyword('$defs', 'schemaMap', 'Schemas to refer to.', '2019-09'),
  keyword('definitions', 'schemaMap', 'Schemas to refer to.'),
  keyword('title', 'string', 'A short name of the value.'),
  keyword('description', 'string', 'What the value is for; shown when pointing at it.'),
  keyword('default', 'any', 'The value used where none is given.'),
  keyword('examples', 'list', 'Values offered while typing.', 'draft-06'),
  keyword('deprecated', 'boolean', 'Whether the value should no longer be used.', '2019-09'),
  keyword('readOnly', 'boolean', 'Whether the value is only read.', 'draft-07'),
  keyword('writeOnly', 'boolean', 'Whether the value is only written.', 'draft-07'),
  keyword('type', 'type', 'The type of the value: array, boolean, integer, null, number, object or string, or a list of these.'),
  keyword('enum', 'list', 'The values allowed.'),
  keyword('const', 'any', 'The one value allowed.', 'draft-06'),
  keyword('multipleOf', 'positiveNumber', 'The number must be a multiple of this.'),
  keyword('maximum', 'number', 'The largest number allowed.'),
  keyword('exclusiveMaximum', 'exclusiveBound', 'The number must be smaller than this.'),
  keyword('minimum', 'number', 'The smallest number allowed.'),
  keyword('exclusiveMinimum', 'exclusiveBound', 'The number must be larger than this.'),
  keyword('maxLength', 'count', 'The most characters a string may have.'),
  keyword('minLength', 'count', 'The fewest characters a string may have.'),
  keyword('pattern', 'pattern', 'A regular expression that must match somewhere in the string.'),
  keyword('format', 'string', 'The form of a string: date-time, date, time, duration, email, hostname, ipv4, ipv6, uri, uuid, regex, …'),
  keyword('contentEncoding', 'string', 'How the string encodes binary data.', 'draft-07'),
  keyword('contentMediaType', 'string', 'The media type of the string\'s content.', 'draft-07'),
  keyword('contentSchema', 'schema', 'The schema of the string\'s content; not checked.', '2019-09'),
  keyword('items', 'schemaOrSchemas', 'The schema of every item (after those of `prefixItems`).'),
  keyword('prefixItems', 'schemas', 'Schemas of the first items, one by one.', '2020-12'),
  keyword('additionalItems', 'schema', 'The schema of the items after those that `items` lists one by one.', undefined, '2019-09'),
  keyword('unevaluatedItems', 'schema', 'The schema of items that nothing else describes.', '2019-09'),
  keyword('contains', 'schema', 'At least one item must satisfy this schema.', 'draft-06'),
  keyword('minContains', 'count', 'The fewest items that must satisfy `contains`.', '2019-09'),
  keyword('maxContains', 'count', 'The most items that may satisfy `contains`.', '2019-09'),
  keyword('maxItems', 'count', 'The most items allowed.'),
  keyword('minItems', 'count', 'The fewest items allowed.'),
  keyword('uniqueItems', 'boolean', 'Whether all items must differ.'),
  keyword('properties', 'schemaMap', 'The schemas of the values by their keys.'),
  keyword('patternProperties', 'schemaMap', 'The schemas of the values whose keys match a regular expression.'),
  keyword('additionalProperties', 'schema', 'The schema of values that `properties` and `patternProperties` do not describe; false forbids them.'),
  keyword('unevaluatedProperties', 'schema', 'The schema of values that nothing else describes; false forbids them.', '2019-09'),
  keyword('propertyNames', 'schema', 'The schema that every key must satisfy.', 'draft-06'),
  keyword('required', 'strings', 'The keys that must be there.'),
  keyword('maxProperties', 'count', 'The most keys allowed.'),
  keyword('minProperties', 'count', 'The fewest keys allowed.'),
  keyword('dependencies', 'dependencies', 'What must hold where a key is there: more keys, or a schema.'),
  keyword('dependentRequired', 'stringsMap', 'The keys that must be there where a key is.', '2019-09'),
  keyword('dependentSchemas', 'schemaMap', 'The schemas that must hold where a key is there.', '2019-09'),
  keyword('allOf', 'schemas', 'All of these must hold.'),
  keyword('anyOf', 'schemas', 'At least one of these must hold.'),
  keyword('oneOf', 'schemas', 'Exactly one of these must hold.'),
  keyword('not', 'schema', 'This must not hold.'),
  keyword('if', 'schema', 'Where this holds, `then` must hold, else `else`.', 'draft-07'),
  keyword('then', 'schema', 'Must hold where `if` holds.', 'draft-07'),
  keyword('else', 'schema', 'Must hold where `if` does not.', 'draft-07'),
];

const byName = new Map(keywords.map((known) => [known.name, known]));

export function findKeyword(name: string): Keyword | undefined {
  return byName.get(name);
}

/** Whether a draft has a keyword. Keywords of other drafts are annotations there: they have no effect. */
export function inDraft(known: Keyword, draft: Draft | undefined): boolean {
  if (draft === undefined) return true;
  const index = drafts.indexOf(draft);
  // 2019-09 moved `definitions` and `dependencies` aside, but both remain in common use and are still read.
  return index >= (known.since ? drafts.indexOf(known.since) : 0) && index <= (known.until ? drafts.indexOf(known.until) : drafts.length);
}

export const typeNames = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string'] as const;
export type TypeName = (typeof typeNames)[number];

export function isTypeName(name: unknown): name is TypeName {
  return (typeNames as readonly unknown[]).includes(name);
}
