import { base64 } from '@scure/base';
import type { Outcome } from '../effect.ts';
import { Raised, raised } from '../error.ts';
import { JsonError, parseJson } from '../json.ts';
import { responseLimit } from '../limits.ts';
import { emptyResponseBody, invalidJsonResponse, responseHeaderNames } from '../switches.ts';
import { Bytes, list, map, type MapValue, type Value } from '../value.ts';
import { decodeText } from './charset.ts';
import { errorFromOutcome } from './outcome.ts';
import { isJsonType } from './request.ts';

/** From a received response to the value a workflow sees (google-workflows 3, `http`). */

type Response = Extract<Outcome, { kind: 'response' }>;
type Message = Pick<Response, 'headers' | 'body'>;

/** The result of an `http` function: `{body, code, headers}`. Raises HttpError from status 400 on. */
export function settleHttp(outcome: Outcome): Value {
  if (outcome.kind === 'result') return parseJson(outcome.json);
  if (outcome.kind !== 'response') throw errorFromOutcome(outcome);
  return map(responseFields(outcome));
}

/** The result of a connector: the body alone (google-workflows 7). */
export function settleConnector(outcome: Outcome): Value {
  if (outcome.kind === 'result') return parseJson(outcome.json);
  if (outcome.kind !== 'response') throw errorFromOutcome(outcome);
  return responseFields(outcome)[0][1];
}

/** The request that came to a callback's address (google-workflows 6.7). */
export function settleCallback(outcome: Outcome): Value {
  if (outcome.kind === 'result') return parseJson(outcome.json);
  if (outcome.kind !== 'callback') throw errorFromOutcome(outcome);
  const [path = '', query = ''] = outcome.url.split(/\?(.*)/s);
  const request = map([
    ['body', outcome.body === '' ? null : messageBody(outcome, false)],
    ['headers', messageHeaders(outcome)],
    ['method', outcome.method],
    ['query', queryMap(query)],
    ['url', path],
  ]);
  return map([['http_request', request], ['received_time', outcome.time], ['type', 'HTTP']]);
}

/** A parameter that is repeated has a list, as in a request of the `http` module. */
function queryMap(query: string): MapValue {
  const parameters = new URLSearchParams(query);
  return map([...new Set(parameters.keys())].map((name) => {
    const values = parameters.getAll(name);
    return [name, values.length === 1 ? values[0]! : list(values)];
  }));
}

function responseFields(response: Response): [body: [string, Value], code: [string, Value], headers: [string, Value]] {
  if (decodedLength(response.body) > responseLimit) {
    throw raised('ResourceLimitError', `the HTTP response has more than ${responseLimit} bytes`);
  }
  const failed = response.code >= 400;
  const fields: ReturnType<typeof responseFields> = [
    ['body', messageBody(response, !failed && invalidJsonResponse === 'raise')],
    ['code', response.code],
    ['headers', messageHeaders(response)],
  ];
  if (!failed) return fields;
  const message = `HTTP server responded with error code ${response.code}`;
  throw new Raised(map([...fields, ['message', message], ['tags', list(['HttpError'])]]), message);
}

/** Bytes that Base64 text stands for, known without decoding it. */
function decodedLength(base64Text: string): number {
  return (base64Text.length / 4) * 3 - (base64Text.endsWith('==') ? 2 : base64Text.endsWith('=') ? 1 : 0);
}

function messageHeaders(message: Message): MapValue {
  const headers = new Map<string, string>();
  for (const [received, value] of message.headers) {
    const lower = received.toLowerCase();
    const name = responseHeaderNames === 'lower' ? lower : lower.replace(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier}, ${value}`);
  }
  return map(headers);
}

/** By content type: JSON becomes a value, text a string, anything else bytes. What only claims to be JSON is text, or a ValueError where `strict`. */
function messageBody(message: Message, strict: boolean): Value {
  const header = message.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';
  const [type = '', ...parameters] = header.split(';').map((part) => part.trim().toLowerCase());
  const data = base64.decode(message.body);
  if (type.startsWith('text/')) return decodeBody(data, parameters);
  if (data.length === 0) return emptyResponseBody === 'null' ? null : new Bytes(data);
  if (!isJsonType(type)) return new Bytes(data);
  const text = decodeBody(data, parameters);
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (strict) throw raised('ValueError', `the HTTP response is not the JSON it claims to be: ${error.message} at offset ${error.offset}`);
    return text;
  }
}

function decodeBody(data: Uint8Array, parameters: readonly string[]): string {
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length).replaceAll('"', '');
  let text;
  try {
    text = decodeText(data, charset ?? 'utf-8', 'http');
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    // A charset nobody knows must not lose the response.
    text = decodeText(data, 'utf-8', 'http');
  }
  return text.replace(/^\ufeff/, '');
}
