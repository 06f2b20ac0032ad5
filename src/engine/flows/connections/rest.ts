import { randomUUID } from 'node:crypto';
import type { JsonText } from '../../../execution/record.ts';
import type { HttpRequest, Outcome } from '../../../machine/effect.ts';
import type { Fields } from '../../../flow/flowCalls.ts';
import type { HttpClient } from '../../effects/http.ts';
import { wakeAt } from '../../effects/sleep.ts';
import { FlowError } from '../calls.ts';
import { fileLimit } from '../records/fileContent.ts';
import type { RestInputs } from './restInputs.ts';

export type ConnectionOutcome =
  | { readonly kind: 'output'; readonly json: JsonText }
  /** `json` is what came nevertheless, such as the answer of an unexpected status. */
  | { readonly kind: 'error'; readonly type: string; readonly message: string; readonly json?: JsonText };

export interface RestPlaces {
  readonly http: HttpClient;
  /** Keeps the body as a file. Throws `FlowError`. */
  save(name: string, content: Uint8Array): void;
  /** Says why it waits, until the next try. */
  retrying(why: string, seconds: number): void;
  /** The access token of an OAuth grant. Throws `FlowError`. */
  token(grant: string): Promise<string>;
}

type Response = Extract<Outcome, { kind: 'response' }>;

/** Seconds without a limit: what a timer can do. */
const unlimited = 20 * 24 * 3600;

const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS']);

/** Whether making a call again does no harm. */
export function isRepeatable({ method }: Pick<RestInputs, 'method'>): boolean {
  return idempotent.has(method);
}

/** Makes a call, again where it certainly did nothing. Once aborted it never answers. */
export async function performRest(inputs: RestInputs, places: RestPlaces, signal: AbortSignal): Promise<ConnectionOutcome> {
  const request = await requestOf(inputs, places);
  const { redirects, verify, connectTimeout, readTimeout, backoff } = inputs;
  const began = Date.now();
  let wait = backoff?.initial ?? 0;
  for (;;) {
    const outcome = await places.http.perform(request, signal, { redirects, insecure: !verify, connectSeconds: connectTimeout, readSeconds: readTimeout, responseBytes: fileLimit });
    const why = retryReason(outcome, inputs);
    if (why === undefined || !backoff || Date.now() + wait * 1000 > began + backoff.deadline * 1000) return outcomeOf(outcome, inputs, places);
    places.retrying(why, wait);
    const next = Date.now() + wait * 1000;
    await new Promise<void>((resolve) => wakeAt(next, signal, resolve));
    wait = Math.min(wait * backoff.multiplier, backoff.maximum);
  }
}

/** Why a call is made again; undefined where it is not. */
function retryReason(outcome: Outcome, inputs: RestInputs): string | undefined {
  if (outcome.kind === 'error') return outcome.tag === 'ConnectionFailedError' ? outcome.message : undefined;
  if (outcome.kind !== 'response' || inputs.expected.includes(outcome.code)) return undefined;
  const { code } = outcome;
  const refused = code === 429 || code === 503 || ((code === 502 || code === 504) && isRepeatable(inputs));
  return refused ? `HTTP status ${code}` : undefined;
}

async function requestOf(inputs: RestInputs, places: RestPlaces): Promise<HttpRequest> {
  const { url, method, cacert, grant } = inputs;
  const body = bodyOf(inputs);
  const headers = [...inputs.headers];
  if (body && !headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push(['Content-Type', body.type]);
  if (grant !== undefined) headers.push(['Authorization', `Bearer ${await places.token(grant)}`]);
  return {
    kind: 'http',
    call: 'REST',
    method,
    url,
    headers,
    ...(body && { body: body.bytes.toString('base64') }),
    timeoutSeconds: unlimited,
    ...(cacert !== undefined && { caCertificate: cacert }),
  };
}

interface Body {
  readonly type: string;
  readonly bytes: Buffer;
}

function bodyOf({ json, data, multipart, exactJson }: RestInputs): Body | undefined {
  if (multipart) return multipartBody(multipart);
  if (typeof data === 'string') return { type: 'text/plain; charset=utf-8', bytes: Buffer.from(data) };
  const value = json === undefined ? data : json;
  return value === undefined ? undefined : { type: 'application/json', bytes: Buffer.from(exactJson ?? JSON.stringify(value)) };
}

/** Parts by name: a text, or a map of `content` (or `content_base64`), `filename` and `content_type`. */
function multipartBody(parts: Fields): Body {
  const boundary = `stepthrough-${randomUUID()}`;
  const chunks = Object.entries(parts).flatMap(([name, part]) => {
    const given = new Map<string, unknown>(typeof part === 'object' && part !== null && !Array.isArray(part) ? Object.entries(part) : [['content', part]]);
    const text = (key: string): string | undefined => (typeof given.get(key) === 'string' ? (given.get(key) as string) : undefined);
    const base64 = text('content_base64');
    const content = given.get('content');
    const bytes = base64 === undefined ? Buffer.from(typeof content === 'string' ? content : JSON.stringify(content ?? null)) : Buffer.from(base64, 'base64');
    const filename = text('filename');
    const type = text('content_type');
    const head = [`--${boundary}`, `Content-Disposition: form-data; name="${quoted(name)}"${filename === undefined ? '' : `; filename="${quoted(filename)}"`}`];
    if (type !== undefined) head.push(`Content-Type: ${type.replace(/[\r\n]/g, '')}`);
    return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`), bytes, Buffer.from('\r\n')];
  });
  return { type: `multipart/form-data; boundary=${boundary}`, bytes: Buffer.concat([...chunks, Buffer.from(`--${boundary}--\r\n`)]) };
}

/** As browsers write names in multipart bodies: a quote or line break would end the header. */
function quoted(text: string): string {
  return text.replace(/["\r\n]/g, (character) => encodeURIComponent(character));
}

function outcomeOf(outcome: Outcome, inputs: RestInputs, places: RestPlaces): ConnectionOutcome {
  if (outcome.kind === 'error') return { kind: 'error', type: outcome.tag, message: outcome.message };
  if (outcome.kind !== 'response') throw new FlowError('InternalError', `An HTTP call was answered by ${outcome.kind}.`);
  const { expected, dst, method } = inputs;
  const isExpected = expected.includes(outcome.code);
  if (dst !== undefined && isExpected) places.save(dst, Buffer.from(outcome.body, 'base64'));
  const json = restOutput(outcome, isExpected ? dst : undefined);
  if (isExpected) return { kind: 'output', json };
  const { host, pathname } = new URL(inputs.url);
  return { kind: 'error', type: 'ExecutionError', message: `${method} ${host}${pathname} answered with HTTP status ${outcome.code}; expected ${expected.join(', ')}.`, json };
}

/** The output value of an answer: `status_code`, `headers`, `cookies`, and `json`, or where that is none `content`; of a saved body `dst` and `size`. */
export function restOutput({ code, headers, body }: Omit<Response, 'kind'>, dst?: string): JsonText {
  const bytes = Buffer.from(body, 'base64');
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const members: (readonly [string, JsonText])[] = [
    ['status_code', String(code)],
    ['headers', JSON.stringify(Object.fromEntries(headers))],
    ['cookies', JSON.stringify(cookiesOf(headers))],
  ];
  if (dst !== undefined) members.push(['dst', JSON.stringify(dst)], ['size', String(bytes.length)]);
  else members.push(contentOf(bytes, type));
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

function contentOf(bytes: Buffer, type: string): readonly [string, JsonText] {
  const text = decoded(bytes, type);
  if (text !== undefined && text.trim() !== '' && !/^(text\/(?!json)|application\/xml)/i.test(type)) {
    try {
      JSON.parse(text);
      return ['json', text];
    } catch {
      // Some servers say JSON and send something else.
    }
  }
  // Bytes that are no text come as base64, as nothing else of JSON holds them.
  return ['content', JSON.stringify(text ?? bytes.toString('base64'))];
}

function decoded(bytes: Buffer, type: string): string | undefined {
  const charset = /charset="?([\w-]+)/i.exec(type)?.[1] ?? 'utf-8';
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function cookiesOf(headers: Response['headers']): Record<string, string> {
  const pairs = headers.filter(([name]) => name.toLowerCase() === 'set-cookie').flatMap(([, value]) => {
    const [, name, text] = /^\s*([^=;\s]+)=([^;]*)/.exec(value) ?? [];
    return name === undefined || text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(pairs);
}
