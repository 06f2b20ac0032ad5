import { base64 } from '@scure/base';
import { httpMethods } from '../../workflow/library/http.ts';
import { withArticle } from '../describe.ts';
import type { HttpRequest } from '../effect.ts';
import { raised } from '../error.ts';
import { printJson } from '../json.ts';
import { scalarText } from '../operators.ts';
import { Bytes, Double, ListValue, MapValue, type Value } from '../value.ts';
import { percentEncode } from './percent.ts';

/** From the arguments of an `http` function to the request that is sent (google-workflows 3, `http`). */

/** What the service adds to the end of every User-Agent. */
const userAgentMark = 'GoogleCloudWorkflows; (+https://cloud.google.com/workflows/docs)';

const defaultTimeout = 300;
const longestTimeout = 1800;

export interface HttpArguments {
  readonly method: string;
  readonly url: string;
  readonly timeout: number | bigint | Double | undefined;
  readonly body: Value | undefined;
  readonly headers: MapValue | undefined;
  readonly query: MapValue | undefined;
  readonly auth: MapValue | undefined;
  readonly caCertificate: string | undefined;
}

/** Raises ValueError for a bad method, URL, timeout, header or auth type, TypeError for values without a text form. */
export function httpRequest(call: string, args: HttpArguments): HttpRequest {
  const method = args.method.toUpperCase();
  if (!(httpMethods as readonly string[]).includes(method)) {
    throw raised('ValueError', `${call}: unknown method ${JSON.stringify(args.method)}; known are ${httpMethods.join(', ')}`);
  }
  checkAuth(call, args.auth);
  checkCertificate(call, args.caCertificate);
  const headers = requestHeaders(call, args.headers);
  const body = requestBody(call, args.body, headers);
  return {
    kind: 'http',
    call,
    method,
    url: withQuery(call, args.url, args.query),
    headers: [...headers.values()],
    ...(body && { body: base64.encode(body) }),
    timeoutSeconds: timeoutSeconds(call, args.timeout),
    ...(args.caCertificate !== undefined && { caCertificate: args.caCertificate }),
  };
}

/** Headers by lower-case name, because names differ in case only by accident. */
type Headers = Map<string, readonly [name: string, value: string]>;

function requestHeaders(call: string, given: MapValue | undefined): Headers {
  const headers: Headers = new Map();
  for (const [name, value] of given?.entries ?? []) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)) throw raised('ValueError', `${call}: ${JSON.stringify(name)} is not a header name`);
    const text = scalar(value);
    if (text === undefined) throw raised('TypeError', `${call}: expecting string for the header ${name}; got ${withArticle(value)}`);
    // A line break would begin a header of its own.
    if (/[\0\r\n]/.test(text)) throw raised('ValueError', `${call}: the header ${name} contains a line break`);
    headers.set(name.toLowerCase(), [name, text.trim()]);
  }
  const agent = headers.get('user-agent');
  headers.set('user-agent', [agent?.[0] ?? 'User-Agent', agent ? `${agent[1]} ${userAgentMark}` : userAgentMark]);
  return headers;
}

/** Encodes the body as its content type says, or chooses the content type by the body. */
function requestBody(call: string, body: Value | undefined, headers: Headers): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  if (body instanceof Bytes) {
    if (!headers.has('content-type')) headers.set('content-type', ['Content-Type', 'application/octet-stream']);
    return body.data;
  }
  const encoder = new TextEncoder();
  const type = headers.get('content-type')?.[1].split(';')[0]!.trim().toLowerCase();
  if (type === undefined) {
    headers.set('content-type', ['Content-Type', 'application/json; charset=utf-8']);
    return encoder.encode(printJson(body));
  }
  if (isJsonType(type)) return encoder.encode(printJson(body));
  if (typeof body === 'string') return encoder.encode(body);
  if (type === 'application/x-www-form-urlencoded' && body instanceof MapValue) return encoder.encode(formEncoded(call, body, 'form field'));
  if (type.startsWith('text/') || type === 'application/x-www-form-urlencoded') {
    throw raised('TypeError', `${call}: expecting string for a body of the type ${type}; got ${withArticle(body)}`);
  }
  return encoder.encode(printJson(body));
}

export function isJsonType(type: string): boolean {
  return type === 'application/json' || type.endsWith('+json');
}

function withQuery(call: string, url: string, query: MapValue | undefined): string {
  let parsed;
  try {
    parsed = new URL(url);
  } catch {
    parsed = undefined;
  }
  if (parsed?.protocol !== 'http:' && parsed?.protocol !== 'https:') {
    throw raised('ValueError', `${call}: ${JSON.stringify(url.slice(0, 200))} is not a URL; expecting one that begins with https:// or http://`);
  }
  const target = url.trim().split('#', 1)[0]!;
  const added = query ? formEncoded(call, query, 'query parameter') : '';
  if (added === '') return target;
  if (!target.includes('?')) return `${target}?${added}`;
  return /[?&]$/.test(target) ? target + added : `${target}&${added}`;
}

/** `name=value` pairs; a list repeats its name. */
function formEncoded(call: string, map: MapValue, what: string): string {
  const pairs: string[] = [];
  for (const [name, value] of map.entries) {
    for (const item of value instanceof ListValue ? value.items : [value]) {
      const text = scalar(item);
      if (text === undefined) {
        throw raised('TypeError', `${call}: expecting string, number, or boolean, or a list of them for the ${what} ${name}; got ${withArticle(item)}`);
      }
      pairs.push(`${percentEncode(name, '%20')}=${percentEncode(text, '%20')}`);
    }
  }
  return pairs.join('&');
}

function scalar(value: Value): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean' || value instanceof Double) return scalarText(value);
  return undefined;
}

function timeoutSeconds(call: string, timeout: number | bigint | Double | undefined): number {
  if (timeout === undefined) return defaultTimeout;
  const seconds = timeout instanceof Double ? timeout.value : Number(timeout);
  if (!(seconds > 0 && seconds <= longestTimeout)) {
    throw raised('ValueError', `${call}: timeout must be more than 0 and at most ${longestTimeout} seconds; got ${scalarText(timeout)}`);
  }
  return seconds;
}

/** Local runs send no credentials of their own; the map must still be one the service would take. */
function checkAuth(call: string, auth: MapValue | undefined): void {
  if (!auth) return;
  const type = auth.entries.get('type');
  if (type !== 'OIDC' && type !== 'OAuth2') {
    const found = typeof type === 'string' ? JSON.stringify(type) : type === undefined ? 'nothing' : withArticle(type);
    throw raised('ValueError', `${call}: auth.type must be "OIDC" or "OAuth2"; got ${found}`);
  }
}

/** Whether the certificate inside is sound is found out by who connects with it. */
function checkCertificate(call: string, certificate: string | undefined): void {
  if (certificate === undefined || /-----BEGIN (TRUSTED |X509 )?CERTIFICATE-----/.test(certificate)) return;
  throw raised('ValueError', `${call}: ca_certificate must be PEM text with "-----BEGIN CERTIFICATE-----"`);
}
