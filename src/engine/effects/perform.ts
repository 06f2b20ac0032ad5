import { randomUUID } from 'node:crypto';
import type { LogEntry } from '../../execution/listing.ts';
import type { Effect, EffectRequest, Outcome } from '../../machine/effect.ts';
import type { Perform } from '../host.ts';
import { callName, type MockAnswers } from '../mockAnswers.ts';
import { performHttp } from './http.ts';
import { wakeAt } from './sleep.ts';

const done: Outcome = { kind: 'done' };

/** Performs what a workflow asks for, from its mocks where they fit. `log` keeps an entry. */
export function performer(mocks: MockAnswers, log: (entry: LogEntry) => void): Perform {
  return (effect, signal) => {
    if (effect.request.kind === 'log') log(logEntry(effect, effect.request));
    const mocked = mocks.answer(effect.request);
    if (!mocked) return perform(effect.request, signal);
    return mocked.delaySeconds === 0 ? mocked.outcome : later(Date.now() + mocked.delaySeconds * 1000, signal, mocked.outcome);
  };
}

function perform(request: EffectRequest, signal: AbortSignal): Outcome | Promise<Outcome> {
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
      return later(request.time, signal, done);
    case 'http':
      return performHttp(request, signal);
    case 'createCallback':
    case 'awaitCallback':
    case 'connector':
      return needsMock(callName(request));
  }
}

function later(time: number, signal: AbortSignal, outcome: Outcome): Promise<Outcome> {
  return new Promise((resolve) => wakeAt(time, signal, () => resolve(outcome)));
}

function needsMock(call: string): Outcome {
  const message = `${call} cannot be performed on this machine; answer it in the mock file with an entry such as "- {call: ${call}, result: …}"`;
  return { kind: 'error', tag: 'SystemError', message };
}

function logEntry(effect: Effect, request: EffectRequest & { kind: 'log' }): LogEntry {
  return { time: new Date().toISOString(), severity: request.severity, text: request.text, json: request.json, routine: effect.routine, step: effect.step };
}
