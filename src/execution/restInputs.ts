/** The inputs of REST connections (cloudomation 7): one table for the call itself and for the connector files that store them. */
export interface RestInput {
  readonly name: string;
  readonly documentation: string;
  /** As a JSON Schema has it: what completion offers. */
  readonly schema: Readonly<Record<string, unknown>>;
  /** What it takes, where a value is something else. */
  readonly expected: (value: unknown) => string | undefined;
}

type Kind = Pick<RestInput, 'schema' | 'expected'>;

function kind(schema: RestInput['schema'], takes: string, holds: (value: unknown) => boolean): Kind {
  return { schema, expected: (value) => (holds(value) ? undefined : takes) };
}

const text = kind({ type: 'string' }, 'a text', (value) => typeof value === 'string');
const flag = kind({ type: 'boolean' }, 'true or false', (value) => typeof value === 'boolean');
const map = kind({ type: 'object' }, 'a map', (value) => typeof value === 'object' && value !== null && !Array.isArray(value));
const seconds = kind({ type: 'number', minimum: 0 }, 'a number of seconds', (value) => typeof value === 'number' && value >= 0);
const anything = kind({}, 'any value', () => true);
const port = kind({ type: 'integer', minimum: 1, maximum: 65_535 }, 'a port from 1 to 65535', (value) => isInteger(value, 1, 65_535));
const count = kind({ type: 'integer', minimum: 0, maximum: 100 }, 'an integer from 0 to 100', (value) => isInteger(value, 0, 100));
const codes = kind({ type: ['array', 'integer'], items: { type: 'integer' }, default: [200, 201, 202, 204] }, 'HTTP status codes such as [200, 201]', (value) => {
  const all: readonly unknown[] = Array.isArray(value) ? value : [value];
  return all.length > 0 && all.every((code) => isInteger(code, 100, 599));
});

function isInteger(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to;
}

function oneOf(...words: readonly string[]): Kind {
  return kind({ enum: words }, `one of ${words.join(', ')}`, (value) => typeof value === 'string' && words.includes(value.toLowerCase()));
}

const input = (name: string, { schema, expected }: Kind, documentation: string): RestInput => ({ name, documentation, schema, expected });

export const restInputs: readonly RestInput[] = [
  input('url', text, 'The whole address; or else `hostname` with `port`, `base_path` and `path`.'),
  input('scheme', oneOf('http', 'https'), 'Before `hostname`; https where it is not given.'),
  input('hostname', text, 'The host, where there is no `url`.'),
  input('port', port, 'The port of `hostname`.'),
  input('base_path', text, 'The part of the path that all calls have.'),
  input('path', text, 'The rest of the path.'),
  input('method', oneOf('get', 'head', 'post', 'put', 'patch', 'delete', 'options'), 'The HTTP method; get where it is not given.'),
  input('params', map, 'Parameters that are added to the address.'),
  input('headers', map, 'Headers of the request.'),
  input('cookies', map, 'Cookies of the request.'),
  input('json', anything, 'The body, sent as JSON.'),
  input('data', anything, 'The body: a text as it is, anything else as JSON. Deprecated: use `json`.'),
  input('multipart', map, 'The body, in parts.'),
  input('expected_status_code', codes, 'Other statuses end the call with an error; without it 200, 201, 202 and 204 are expected.'),
  input('authentication_method', oneOf('basic', 'bearer'), 'basic takes `username` and `password`, bearer takes `token`.'),
  input('username', text, 'For authentication_method basic.'),
  input('password', text, 'For authentication_method basic; such as `vault.secret(path, key)`.'),
  input('token', text, 'For authentication_method bearer; such as `vault.secret(path, key)`.'),
  input('grant', text, 'An OAuth grant whose access token is sent.'),
  input('dst', text, 'The file that the body of the answer is saved as.'),
  input('cacert', text, 'Certificates that the server may have, as PEM.'),
  input('verify_ssl', flag, 'False takes any certificate.'),
  input('allow_redirects', flag, 'False does not follow redirects.'),
  input('max_redirects', count, 'Redirects that are followed at most; 10 where it is not given.'),
  input('connect_timeout', seconds, 'Seconds for the connection; 0 is no limit.'),
  input('read_timeout', seconds, 'Seconds for the answer; 0 is no limit.'),
  input('retry_backoff', map, 'Waiting between tries in seconds: initial 1, maximum 60, multiplier 2, deadline 600. null does not try again.'),
];

export const restInputsByName: ReadonlyMap<string, RestInput> = new Map(restInputs.map((one) => [one.name, one]));

/** Inputs that are a body: a call has one. */
export const restBodies: readonly string[] = ['json', 'data', 'multipart'];

/** The parts of `retry_backoff`, each a number of at least 0. */
export const backoffParts = ['initial', 'maximum', 'multiplier', 'deadline'] as const;
