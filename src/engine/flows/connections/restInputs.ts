import { nearest } from '../../../execution/nearest.ts';
import { backoffParts, restBodies, restInputsByName } from '../../../execution/restInputs.ts';
import type { Fields } from '../../../flow/flowCalls.ts';
import type { JsonText } from '../../../execution/record.ts';
import { FlowError } from '../calls.ts';

/** The inputs of a REST connection, each checked (cloudomation 7). Times are in seconds. */
export interface RestInputs {
  readonly url: string;
  readonly method: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly json: unknown;
  /** The body as it was written, with 1.0 and large integers as they were. */
  readonly exactJson: JsonText | undefined;
  readonly data: unknown;
  readonly multipart: Fields | undefined;
  readonly expected: readonly number[];
  readonly grant: string | undefined;
  readonly dst: string | undefined;
  readonly cacert: string | undefined;
  readonly verify: boolean;
  readonly redirects: number;
  readonly connectTimeout: number | undefined;
  readonly readTimeout: number | undefined;
  readonly backoff: Backoff | undefined;
}

export interface Backoff {
  readonly initial: number;
  readonly maximum: number;
  readonly multiplier: number;
  readonly deadline: number;
}

/** Methods that may have a JSON body. */
const withBody: ReadonlySet<string> = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/** Throws `MissingInputError`, `InvalidInputError` and `ExtraInputError`. What is null counts as not given. */
export function readRestInputs(given: Fields, exactJson?: JsonText): RestInputs {
  const values = new Map(Object.entries(given));
  for (const [name, value] of values) {
    const input = restInputsByName.get(name);
    if (!input) throw extra(name);
    // A JSON body may be null.
    if (value === null && name !== 'json') values.delete(name);
    else {
      const expected = input.expected(value);
      if (expected !== undefined) throw new FlowError('InvalidInputError', `The input ${name} of a REST connection is ${expected}; got ${shown(value)}.`);
    }
  }
  const text = (name: string): string | undefined => values.get(name) as string | undefined;
  const number = (name: string): number | undefined => values.get(name) as number | undefined;
  const method = (text('method') ?? 'get').toUpperCase();
  const bodies = restBodies.filter((name) => values.has(name));
  if (bodies.length > 1) throw new FlowError('InvalidInputError', `A REST connection has one body; got ${bodies.join(' and ')}.`);
  if (bodies.length > 0 && !withBody.has(method)) throw new FlowError('InvalidInputError', `The input ${bodies[0]!} is for the methods post, put, patch and delete; got ${method.toLowerCase()}.`);
  const codes = values.get('expected_status_code') ?? [200, 201, 202, 204];
  // 0 is no limit.
  const seconds = (name: string): number | undefined => (number(name) === 0 ? undefined : number(name));
  return {
    url: address(values),
    method,
    headers: [...mapOf(values.get('headers')).map(([name, value]): [string, string] => [name, String(value)]), ...authentication(values), ...cookies(values)],
    json: values.get('json'),
    exactJson,
    data: values.get('data'),
    multipart: values.get('multipart') as Fields | undefined,
    expected: (Array.isArray(codes) ? codes : [codes]) as number[],
    grant: text('grant'),
    dst: text('dst'),
    cacert: text('cacert'),
    verify: values.get('verify_ssl') !== false,
    redirects: values.get('allow_redirects') === false ? 0 : (number('max_redirects') ?? 10),
    connectTimeout: seconds('connect_timeout'),
    readTimeout: seconds('read_timeout'),
    backoff: backoff(values.get('retry_backoff'), Object.hasOwn(given, 'retry_backoff') && given['retry_backoff'] === null),
  };
}

function extra(name: string): FlowError {
  const meant = nearest(name, restInputsByName.keys());
  return new FlowError('ExtraInputError', `A REST connection has no input ${JSON.stringify(name)}${meant === undefined ? `; there are ${[...restInputsByName.keys()].join(', ')}.` : `; did you mean ${meant}?`}`);
}

function address(values: ReadonlyMap<string, unknown>): string {
  const url = (values.get('url') ?? hostAddress(values)) as string;
  let address: URL;
  try {
    address = new URL(url);
  } catch {
    throw new FlowError('InvalidInputError', `The input url of a REST connection is an address such as https://api.example.com/items; got ${shown(url)}.`);
  }
  if (address.protocol !== 'http:' && address.protocol !== 'https:') throw new FlowError('InvalidInputError', `A REST connection takes http and https addresses; got ${shown(url)}.`);
  for (const [name, value] of mapOf(values.get('params'))) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== null) address.searchParams.append(name, typeof one === 'object' ? JSON.stringify(one) : String(one));
  }
  return address.href;
}

function hostAddress(values: ReadonlyMap<string, unknown>): string {
  if (!values.has('hostname')) throw new FlowError('MissingInputError', 'A REST connection needs url, or hostname with port and path.');
  const text = (name: string): string => (values.get(name) as string | undefined) ?? '';
  const port = values.get('port') as number | undefined;
  const parts = ['base_path', 'path'].map((name) => text(name).replace(/^\/+|\/+$/g, '')).filter((part) => part !== '');
  return `${text('scheme').toLowerCase() || 'https'}://${text('hostname')}${port === undefined ? '' : `:${port}`}/${parts.join('/')}`;
}

function authentication(values: ReadonlyMap<string, unknown>): (readonly [string, string])[] {
  const method = (values.get('authentication_method') as string | undefined)?.toLowerCase();
  const need = (name: string): string => {
    const value = values.get(name);
    if (value === undefined) throw new FlowError('MissingInputError', `authentication_method: ${method ?? ''} needs the input ${name}.`);
    return value as string;
  };
  if (method === 'bearer') return [['Authorization', `Bearer ${need('token')}`]];
  if (method !== 'basic') return [];
  return [['Authorization', `Basic ${Buffer.from(`${need('username')}:${need('password')}`).toString('base64')}`]];
}

function cookies(values: ReadonlyMap<string, unknown>): (readonly [string, string])[] {
  const given = mapOf(values.get('cookies'));
  return given.length === 0 ? [] : [['Cookie', given.map(([name, value]) => `${name}=${String(value)}`).join('; ')]];
}

function backoff(given: unknown, off: boolean): Backoff | undefined {
  if (off) return undefined;
  const values = new Map(mapOf(given));
  for (const [name, value] of values) {
    if (!(backoffParts as readonly string[]).includes(name)) throw new FlowError('InvalidInputError', `retry_backoff has ${backoffParts.join(', ')}; got ${JSON.stringify(name)}.`);
    if (typeof value !== 'number' || value < 0) throw new FlowError('InvalidInputError', `retry_backoff.${name} is a number of at least 0; got ${shown(value)}.`);
  }
  const value = (name: (typeof backoffParts)[number], otherwise: number): number => (values.get(name) as number | undefined) ?? otherwise;
  return { initial: value('initial', 1), maximum: value('maximum', 60), multiplier: value('multiplier', 2), deadline: value('deadline', 600) };
}

function mapOf(value: unknown): [string, unknown][] {
  return value === undefined ? [] : Object.entries(value as object);
}

/** Short, since it stands in a message. */
function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
