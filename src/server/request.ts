import { nearest } from '../execution/nearest.ts';
import { invalid } from './apiError.ts';
import { readBytes } from './body.ts';
import type { Call } from './call.ts';
import type { PageIdentity, PageRequest } from './pages.ts';

/** A field of a request's body. Proto3 JSON also takes the snake_case names, enum values by number, and null for absent. */
export type BodyField =
  | { readonly kind: 'text' | 'bool' | 'int' | 'object' }
  | { readonly kind: 'enum'; readonly values: readonly string[] }
  /** A map of texts. */
  | { readonly kind: 'texts' }
  /** Output only: may be given back, and has no effect. */
  | { readonly kind: 'output' };

export type BodyFields = ReadonlyMap<string, BodyField>;

/** What was given, by camelCase name. */
export type Body = ReadonlyMap<string, unknown>;

/** Bytes of a request's body: room for the largest source with every character escaped. */
const requestLimit = 1024 * 1024;

/** Parameters that every Google API takes; they have no effect here. */
const systemParameters = new Set(['alt', '$alt', '$.xgafv', 'key', 'fields', '$fields', 'prettyPrint', '$prettyPrint', 'quotaUser', '$key', 'access_token', 'oauth_token', 'upload_protocol', 'uploadType', '$apiVersion', '$unique']);

/** The query's parameters by camelCase name. Throws `ApiError` for one that the method does not take. */
export function readQuery(c: Call, known: readonly string[]): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of c.query) {
    if (systemParameters.has(name)) continue;
    const camel = camelCase(name);
    if (!known.includes(camel)) throw invalid(`This method has no parameter ${JSON.stringify(name)}${known.length === 0 ? '' : `; there are ${known.join(', ')}`}.`);
    query.set(camel, value);
  }
  return query;
}

export function readEnum(value: string | undefined, name: string, values: readonly string[]): string | undefined {
  if (value === undefined || value === '') return undefined;
  const found = /^\d+$/.test(value) ? values[Number(value)] : value;
  if (found === undefined || !values.includes(found)) throw invalid(`${name} is one of ${values.join(', ')}; got ${JSON.stringify(value)}.`);
  return found;
}

/** `pageSize` and `pageToken`. No size or 0 means the usual one; larger ones than the largest are cut down to it. */
export function readPage(query: ReadonlyMap<string, string>, usual: number, largest: number, identity: PageIdentity): PageRequest {
  const given = query.get('pageSize') ?? '0';
  if (!/^\d{1,10}$/.test(given)) throw invalid(`pageSize is a whole number from 0; got ${JSON.stringify(given)}.`);
  return { size: Math.min(Number(given) || usual, largest), token: query.get('pageToken'), identity };
}

/** Reads a JSON body. Throws `ApiError` that names the field: unknown ones are refused. */
export async function readBody(c: Call, resource: string, fields: BodyFields): Promise<Body> {
  const text = textOf(await readBytes(c.incoming, requestLimit));
  if (text.trim() === '') return new Map();
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw invalid(`The body is not JSON: ${(error as Error).message}.`);
  }
  // Google's own client sends an empty text where there is nothing to say.
  if (data === null || data === '') return new Map();
  if (typeof data !== 'object' || Array.isArray(data)) throw invalid(`The body is a JSON object, ${resource}.`);
  const body = new Map<string, unknown>();
  const wrong: string[] = [];
  for (const [key, value] of Object.entries(data)) {
    const name = fields.has(key) ? key : camelCase(key);
    const field = fields.get(name);
    if (!field) {
      const meant = nearest(key, fields.keys());
      wrong.push(`There is no field ${JSON.stringify(key.slice(0, 80))} in ${resource}${meant === undefined ? '.' : `; did you mean ${meant}?`}`);
    } else if (body.has(name)) {
      wrong.push(`${name} is given twice.`);
    } else if (value !== null && field.kind !== 'output') {
      const expected = expectation(name, field, value);
      if (expected === undefined) body.set(name, valueOf(field, value));
      else wrong.push(expected);
    }
  }
  if (wrong.length > 0) throw invalid(toldOf(wrong));
  return body;
}

/** Mistakes that one answer tells of. */
const toldLimit = 20;

function toldOf(wrong: readonly string[]): string {
  const more = wrong.length - toldLimit;
  return [...wrong.slice(0, toldLimit), ...(more > 0 ? [`There are ${more} more.`] : [])].join(' ');
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Buffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw invalid('The body is not UTF-8 text.');
  }
}

/** What a value should have been; undefined for one that is right. */
function expectation(name: string, field: Exclude<BodyField, { kind: 'output' }>, value: unknown): string | undefined {
  const check = (right: boolean, wanted: string): string | undefined => (right ? undefined : `${name} is ${wanted}; got ${JSON.stringify(value).slice(0, 80)}.`);
  const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
  switch (field.kind) {
    case 'text':
      return check(typeof value === 'string', 'a string');
    case 'bool':
      return check(typeof value === 'boolean', 'true or false');
    case 'int':
      return check(/^-?\d{1,18}$/.test(String(value)), 'a whole number');
    case 'enum':
      return check(typeof value === 'number' ? field.values[value] !== undefined : typeof value === 'string' && field.values.includes(value), `one of ${field.values.join(', ')}`);
    case 'object':
      return check(isMap, 'an object');
    case 'texts': {
      if (!isMap) return check(false, 'a map of names and strings');
      const other = Object.entries(value).find(([, part]) => typeof part !== 'string');
      return other && `${name}[${JSON.stringify(other[0])}] is a string; got ${JSON.stringify(other[1]).slice(0, 80)}.`;
    }
  }
}

/** The value of a field, where it is right. */
function valueOf(field: BodyField, value: unknown): unknown {
  if (field.kind === 'int') return Number(value);
  return field.kind === 'enum' && typeof value === 'number' ? field.values[value] : value;
}

export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** A part of the path. The routes have it wherever it is asked for. */
export function part(c: Call, name: string): string {
  return c.param(name);
}

/** `projects/{p}/locations/{l}` as it was asked for: here everything runs in one place, whatever it is called. */
export function placeOf(c: Call): string {
  return `projects/${part(c, 'project')}/locations/${part(c, 'location')}`;
}
