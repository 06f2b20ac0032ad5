import type { EffectRequest, Outcome } from '../machine/effect.ts';
import { httpError } from './effects/apiError.ts';
import { callName } from './effects/callName.ts';
import { matchesGlob } from './glob.ts';
import type { Mock, MockAnswer, MockBody } from '../execution/mocks.ts';

export interface Mocked {
  readonly outcome: Outcome;
  readonly delaySeconds: number;
}

/** The mocks of one execution: counts how often each has answered. */
export class MockAnswers {
  readonly #mocks: readonly Mock[];
  #left: { readonly mock: Mock; remaining: number }[] = [];

  constructor(mocks: readonly Mock[]) {
    this.#mocks = mocks;
    this.reset();
  }

  /** As if none had answered yet. */
  reset(): void {
    this.#left = this.#mocks.map((mock) => ({ mock, remaining: mock.times ?? Infinity }));
  }

  /** The first mock that fits answers. Undefined where the call is to be really made. */
  answer(request: EffectRequest): Mocked | undefined {
    // What a mock's `call` names. Waiting before a retry is no function, yet a test must be able to skip it.
    const call = callName(request);
    const found = this.#left.find(({ mock, remaining }) => remaining > 0 && fits(mock, call, request));
    if (!found) return undefined;
    found.remaining--;
    return { outcome: outcomeOf(found.mock.answer, request, call), delaySeconds: found.mock.delaySeconds };
  }
}

function fits(mock: Mock, call: string, request: EffectRequest): boolean {
  // Those are of flows.
  if (mock.connector !== undefined) return false;
  if (mock.call !== undefined && !matchesGlob(mock.call, call)) return false;
  if (mock.url === undefined && mock.method === undefined) return true;
  if (request.kind !== 'http') return false;
  if (mock.method !== undefined && mock.method !== request.method.toUpperCase()) return false;
  if (mock.url === undefined || matchesGlob(mock.url, request.url)) return true;
  // A pattern that does not speak of the query fits every query.
  return !mock.url.includes('?') && matchesGlob(mock.url, request.url.replace(/\?.*$/s, ''));
}

function outcomeOf(answer: MockAnswer, request: EffectRequest, call: string): Outcome {
  if (answer.kind === 'raise') return answer;
  switch (request.kind) {
    case 'http':
      return answer.kind === 'response' ? response(answer) : response({ kind: 'response', code: 200, headers: [], body: { kind: 'json', json: answer.json } });
    case 'log':
    case 'sleep':
    case 'sleepUntil':
      return { kind: 'done' };
    case 'now':
    case 'uuid':
    case 'createCallback':
      return value(answer, request.kind === 'now' ? 'number' : 'string', call);
    case 'awaitCallback':
    case 'connector':
      // Connectors are HTTP calls too, whose value is the body.
      return answer.kind === 'result' ? answer : connectorOutcome(answer);
  }
}

function value(answer: MockAnswer, type: 'number' | 'string', call: string): Outcome {
  const given: unknown = answer.kind === 'result' ? JSON.parse(answer.json) : undefined;
  if (typeof given === type) return { kind: 'value', value: given as number | string };
  return { kind: 'error', tag: 'SystemError', message: `the mock of ${call} has to give a ${type} as result` };
}

function response(answer: MockAnswer & { kind: 'response' }): Outcome {
  const typed = answer.headers.some(([name]) => name.toLowerCase() === 'content-type');
  const type = answer.body?.kind === 'text' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8';
  const headers = typed || !answer.body ? answer.headers : [['Content-Type', type] as const, ...answer.headers];
  const text = answer.body === undefined ? '' : textOf(answer.body);
  return { kind: 'response', code: answer.code, headers, body: Buffer.from(text, 'utf8').toString('base64') };
}

function textOf(body: MockBody): string {
  return body.kind === 'text' ? body.text : body.json;
}

function connectorOutcome(answer: MockAnswer & { kind: 'response' }): Outcome {
  const body = answer.body?.kind === 'text' ? JSON.stringify(answer.body.text) : (answer.body?.json ?? 'null');
  if (answer.code < 400) return { kind: 'result', json: body };
  return httpError(answer.code, JSON.stringify(Object.fromEntries(answer.headers)), body);
}
