import { createHash, timingSafeEqual } from 'node:crypto';
import type { JsonText } from '../execution/record.ts';
import type { WebhookRule } from '../execution/webhookFields.ts';

/** A call of a webhook, as it came. */
export interface WebhookCall {
  readonly method: string;
  /** What follows the webhook's name in the address, without the first slash. */
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By lower-case names. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Uint8Array;
}

export interface WebhookRefusal {
  readonly status: 400 | 401 | 405 | 503;
  readonly message: string;
}

/** Parameters and headers that are for the webhook, not for its program. */
const keyParameter = 'key';
const asyncParameter = 'async';
const keyHeader = 'x-webhook-key';

/** What speaks against a call; undefined where it may start something. */
export function checkCall(webhook: WebhookRule, call: Omit<WebhookCall, 'body'>): WebhookRefusal | undefined {
  if (!webhook.enabled) return { status: 503, message: `The webhook ${webhook.name} is not enabled.` };
  if (!webhook.methods.includes(call.method)) return { status: 405, message: `The webhook ${webhook.name} takes ${webhook.methods.join(', ')}; got ${call.method}.` };
  if (webhook.key === undefined) return undefined;
  const given = call.headers.get(keyHeader) ?? call.query.find(([name]) => name === keyParameter)?.[1];
  if (given !== undefined && timingSafeEqual(digest(given), digest(webhook.key))) return undefined;
  return { status: 401, message: `The webhook ${webhook.name} needs its key: as the header X-Webhook-Key or the query parameter key.` };
}

/** Whether the caller waits for the end. */
export function waitsForEnd(webhook: WebhookRule, call: Pick<WebhookCall, 'query'>): boolean {
  const given = call.query.find(([name]) => name === asyncParameter)?.[1];
  return given === undefined || given === '0' || given === 'false' ? webhook.synchronous : false;
}

/**
 * The input that a call makes: `method`, and where there are any `headers`, `path`, `query` (texts, lists for names
 * given more than once), `json` for a JSON body and `text` for another one (cloudomation 7).
 */
export function inputOfCall(webhook: WebhookRule, call: WebhookCall): JsonText | WebhookRefusal {
  const own = webhook.key === undefined ? [asyncParameter] : [asyncParameter, keyParameter];
  const query = new Map<string, string[]>();
  for (const [name, value] of call.query) if (!own.includes(name)) query.set(name, [...(query.get(name) ?? []), value]);
  const headers = [...call.headers].filter(([name]) => name !== keyHeader && name !== 'authorization');
  const members: [string, JsonText][] = [['method', JSON.stringify(call.method)]];
  if (headers.length > 0) members.push(['headers', objectText(headers.map(([name, value]) => [name, JSON.stringify(value)]))]);
  if (call.path !== '') members.push(['path', JSON.stringify(call.path)]);
  if (query.size > 0) members.push(['query', objectText([...query].map(([name, values]) => [name, JSON.stringify(values.length === 1 ? values[0] : values)]))]);
  if (call.body.length > 0) {
    const text = new TextDecoder().decode(call.body);
    const type = (call.headers.get('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase();
    if (type === 'application/json' || type.endsWith('+json')) {
      try {
        JSON.parse(text);
      } catch (error) {
        return { status: 400, message: `The body is not JSON: ${(error as Error).message}.` };
      }
      // As it was written, so that every number stays as it is.
      members.push(['json', text]);
    } else {
      members.push(['text', JSON.stringify(text)]);
    }
  }
  return objectText(members);
}

function objectText(members: readonly (readonly [string, JsonText])[]): JsonText {
  return `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(',')}}`;
}

/** Digests have one length, which a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
