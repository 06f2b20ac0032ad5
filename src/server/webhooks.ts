import type { IncomingMessage } from 'node:http';
import { FlowHost } from '../engine/flows/flowHost.ts';
import type { Run } from '../engine/run.ts';
import { checkCall, inputOfCall, waitsForEnd, type WebhookCall } from '../engine/webhooks.ts';
import type { Execution, JsonText } from '../execution/record.ts';
import type { WebhookRule } from '../execution/webhookFields.ts';
import type { Answer } from './apiError.ts';
import { readBytes } from './body.ts';

/** Where webhooks are: those of `stepthrough.yaml`, and records of flows. */
export interface WebhookPlace {
  webhook(name: string): WebhookRule | undefined;
  /** Rejects with `LaunchRefused` or `EngineError`. */
  startWebhook(name: string, input: JsonText): Promise<Run>;
}

/** Bytes of a body: more than a workflow takes as its input, so that the refusal is the engine's own. */
const bodyLimit = 1024 * 1024;

/** Also as Cloudomation has it: `/api/latest/webhook/NAME/call[/sub/path]` (cloudomation 5, 7). */
const address = /^(?:\/api\/latest)?\/webhook\/([^/]+)(?:\/call(?=\/|$))?(?:\/(.*))?$/s;

export function isWebhookPath(path: string): boolean {
  return address.test(path);
}

/** Answers a call of `/webhook/NAME[/call][/sub/path]` with the result of the execution that it starts, or at once with its id. */
export async function takeWebhook(incoming: IncomingMessage, path: string, place: WebhookPlace): Promise<Answer> {
  const [, escaped = '', rest = ''] = address.exec(path) ?? [];
  const name = decoded(escaped);
  const webhook = place.webhook(name);
  if (!webhook) return refused(404, `There is no webhook ${name}.`);
  const { method = '', url = '' } = incoming;
  const query = url.indexOf('?');
  const call: Omit<WebhookCall, 'body'> = {
    method,
    path: rest.split('/').map(decoded).join('/'),
    query: query === -1 ? [] : [...new URLSearchParams(url.slice(query + 1))],
    headers: new Map(Object.entries(incoming.headers).map(([header, value]) => [header, Array.isArray(value) ? value.join(', ') : (value ?? '')])),
  };
  const wrong = checkCall(webhook, call);
  // Nothing is read for a call that is refused.
  if (wrong) return refused(wrong.status, wrong.message, wrong.status === 405 ? { Allow: webhook.methods.join(', ') } : {});
  return answer(place, webhook, { ...call, body: await readBytes(incoming, bodyLimit) });
}

async function answer(place: WebhookPlace, webhook: WebhookRule, call: WebhookCall): Promise<Answer> {
  const input = inputOfCall(webhook, call);
  if (typeof input !== 'string') return refused(input.status, input.message);
  const run = await place.startWebhook(webhook.name, input);
  const { id, name, state } = run.execution;
  const headers = { 'X-Execution-Id': id };
  if (!waitsForEnd(webhook, call)) return { status: 202, body: { id, name, state }, headers };
  const ended = await run.ended;
  const html = run.host instanceof FlowHost ? run.host.htmlResponse : undefined;
  return html === undefined || ended.state !== 'SUCCEEDED' ? ofEnd(ended, headers) : { status: 200, json: html, headers: { ...headers, ...htmlHeaders } };
}

/** A page of a flow may show what others sent: it must not speak with this server as its own. */
const htmlHeaders = { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Security-Policy': 'sandbox allow-forms allow-popups' };

/** The result, or why there is none. */
function ofEnd({ state, output_value, message }: Execution, headers: Readonly<Record<string, string>>): Answer {
  if (state === 'SUCCEEDED') return { status: 200, json: output_value ?? 'null', headers };
  return refused(500, message === '' ? `The execution ended as ${state}.` : message, headers);
}

function refused(code: number, message: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: code, body: { error: { code, message } }, headers };
}

/** A part of a path; one that is badly escaped stays as it is. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
