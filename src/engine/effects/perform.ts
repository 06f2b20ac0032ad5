import { randomUUID } from 'node:crypto';
import type { LogEntry } from '../../execution/listing.ts';
import type { Effect, EffectRequest, Outcome } from '../../machine/effect.ts';
import type { Perform } from '../host.ts';
import type { MockAnswers } from '../mockAnswers.ts';
import type { CallbackEffects } from './callbackEffects.ts';
import { performConnector, type ConnectorPlaces } from './connectors.ts';
import { executionName } from '../environment.ts';
import type { HttpClient } from './http.ts';
import { plainCall } from './secretManager.ts';
import { wakeAt } from './sleep.ts';

/** What the effects of one execution act on. */
export interface Surroundings extends ConnectorPlaces {
  readonly mocks: MockAnswers;
  readonly http: HttpClient;
  readonly callbacks: CallbackEffects;
  /** Keeps an entry. */
  log(entry: LogEntry): void;
  /** Tells people that the execution waits for them to call an address, until `over`. */
  waiting(effect: Effect, method: string, url: string): { over(): void };
}

/** One year: the farthest `sys.sleep_until` may look ahead (google-workflows 5). */
const longestSleep = 31_536_000_000;

const done: Outcome = { kind: 'done' };

/** Performs what a workflow asks for, from its mocks where they fit. */
export function performer(around: Surroundings): Perform {
  return (effect, signal) => {
    const { request } = effect;
    if (request.kind === 'log') around.log(logEntry(effect, request));
    return fromMocks(request, around, signal) ?? perform(effect, request, around, signal);
  };
}

function fromMocks(request: EffectRequest, { mocks, executions }: Surroundings, signal: AbortSignal): Outcome | Promise<Outcome> | undefined {
  const mocked = mocks.answer(request);
  if (mocked) return delayed(mocked.delaySeconds, signal, mocked.outcome);
  const plain = request.kind === 'connector' ? plainCall(request, executions.place.projectId) : undefined;
  const answered = plain && mocks.answer(plain.request);
  return answered && delayed(answered.delaySeconds, signal, plain.settle(answered.outcome));
}

function perform(effect: Effect, request: EffectRequest, around: Surroundings, signal: AbortSignal): Outcome | Promise<Outcome> {
  const { execution, callbacks } = around;
  switch (request.kind) {
    case 'now':
      return { kind: 'value', value: Date.now() / 1000 };
    case 'uuid':
      return { kind: 'value', value: randomUUID() };
    case 'log':
      return done;
    case 'sleep':
      return later(Date.now() + request.seconds * 1000, signal, done);
    case 'sleepUntil':
      return sleepUntil(request.time, signal);
    case 'http':
      return around.http.perform(request, signal);
    case 'createCallback':
      return callbacks.create(execution.id, executionName(execution, around.executions.place), request.method);
    case 'awaitCallback':
      return awaitCallback(effect, request, around, signal);
    case 'connector':
      return performConnector(request, around, signal);
  }
}

function awaitCallback(effect: Effect, request: EffectRequest & { kind: 'awaitCallback' }, around: Surroundings, signal: AbortSignal): Outcome | Promise<Outcome> {
  const { url, timeoutSeconds } = request;
  let shown: { over(): void } | undefined;
  const waiting = (method: string): void => {
    shown = around.waiting(effect, method, url);
  };
  const outcome = around.callbacks.await(around.execution.id, url, timeoutSeconds, signal, waiting);
  if (!(outcome instanceof Promise)) return outcome;
  return outcome.then((come) => {
    shown?.over();
    return come;
  });
}

function sleepUntil(time: number, signal: AbortSignal): Outcome | Promise<Outcome> {
  if (time <= Date.now() + longestSleep) return later(time, signal, done);
  return { kind: 'error', tag: 'ValueError', message: `sys.sleep_until: the time may be one year ahead at most; got ${new Date(time).toISOString()}` };
}

function delayed(seconds: number, signal: AbortSignal, outcome: Outcome): Outcome | Promise<Outcome> {
  return seconds === 0 ? outcome : later(Date.now() + seconds * 1000, signal, outcome);
}

function later(time: number, signal: AbortSignal, outcome: Outcome): Promise<Outcome> {
  return new Promise((resolve) => wakeAt(time, signal, () => resolve(outcome)));
}

function logEntry(effect: Effect, request: EffectRequest & { kind: 'log' }): LogEntry {
  return { time: new Date().toISOString(), severity: request.severity, text: request.text, json: request.json, routine: effect.routine, step: effect.step };
}
