import { randomUUID } from 'node:crypto';
import type { LogEntry } from '../../execution/listing.ts';
import type { Effect, EffectRequest, Outcome } from '../../machine/effect.ts';
import { executionName } from '../environment.ts';
import type { MockAnswers, Mocked } from '../mockAnswers.ts';
import { NotKept, type WorkflowJournal, type WorkflowPast } from '../workflowJournal.ts';
import type { CallbackEffects } from './callbackEffects.ts';
import type { KeepCall } from './callbacks.ts';
import { performConnector, type ConnectorPlaces } from './connectors.ts';
import { isIdempotent, type HttpClient } from './http.ts';
import { deadlineOf, once } from './inFlight.ts';
import { plainCall } from './secretManager.ts';
import { wakeAt } from './sleep.ts';

/** What the effects of one execution act on. */
export interface Surroundings extends Omit<ConnectorPlaces, 'effect'> {
  readonly mocks: MockAnswers;
  readonly http: HttpClient;
  readonly callbacks: CallbackEffects;
  readonly journal: WorkflowJournal;
  /** Tells people about trouble with what an effect did. */
  warn(text: string, effect: Effect): void;
  /** Tells people that the execution waits for them to call an address, until `over`. */
  waiting(effect: Effect, method: string, url: string): { over(): void };
  /** The execution waits until a time, in milliseconds since the epoch. */
  sleeping(time: number): { over(): void };
  /** The run begins again, to be taken back to an earlier moment. */
  reset(): void;
}

/** One year: the farthest `sys.sleep_until` may look ahead (google-workflows 5). */
const longestSleep = 31_536_000_000;

const done: Outcome = { kind: 'done' };

/** Performs what one workflow execution asks for, from its mocks where they fit. */
export class Effects {
  readonly #around: Surroundings;
  /** Mocks that belong to effects which an earlier process began. */
  readonly #reserved = new Map<number, Mocked | undefined>();

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Throws `NotKept`, or rejects with it: then nothing was done that may not be done again. */
  perform(effect: Effect, signal: AbortSignal): Outcome | Promise<Outcome> {
    const { journal } = this.#around;
    const { request } = effect;
    const before = journal.before(effect.id);
    if (request.kind === 'log' && !before) journal.log(logEntry(effect, request));
    const mocked = this.#reserved.has(effect.id) ? this.#reserved.get(effect.id) : this.#mocked(request);
    if (!mocked) return perform(effect, request, this.#around, signal);
    if (mocked.delaySeconds === 0) return mocked.outcome;
    return later(deadlineOf(effect, mocked.delaySeconds, journal), signal, mocked.outcome, this.#around);
  }

  /** An effect that an earlier process asked for, in their order; `outcome` where it has been answered. */
  async asked(effect: Effect, outcome: Outcome | undefined, past: WorkflowPast): Promise<void> {
    const { request } = effect;
    const mocked = this.#mocked(request);
    if (!outcome) this.#reserved.set(effect.id, mocked);
    else if (!mocked && request.kind === 'createCallback' && outcome.kind === 'value') await this.#reopen(effect, request.method, String(outcome.value), past);
  }

  /** Forgets all that was asked: it is asked again from the beginning. */
  reset(): void {
    this.#around.mocks.reset();
    this.#reserved.clear();
    this.#around.callbacks.end(this.#around.execution.id);
    this.#around.reset();
  }

  async #reopen(effect: Effect, method: string, url: string, past: WorkflowPast): Promise<void> {
    const { callbacks, execution, journal } = this.#around;
    const trouble = await callbacks.reopen(execution.id, url, method, keeper(journal), past.calls.get(new URL(url).pathname) ?? []);
    if (trouble !== undefined) this.#around.warn(trouble, effect);
  }

  #mocked(request: EffectRequest): Mocked | undefined {
    const { mocks, executions } = this.#around;
    const mocked = mocks.answer(request);
    if (mocked) return mocked;
    const plain = request.kind === 'connector' ? plainCall(request, executions.place.projectId) : undefined;
    const answered = plain && mocks.answer(plain.request);
    return answered && { ...answered, outcome: plain.settle(answered.outcome) };
  }
}

function perform(effect: Effect, request: EffectRequest, around: Surroundings, signal: AbortSignal): Outcome | Promise<Outcome> {
  const { execution, callbacks, journal } = around;
  switch (request.kind) {
    case 'now':
      return { kind: 'value', value: Date.now() / 1000 };
    case 'uuid':
      return { kind: 'value', value: randomUUID() };
    case 'log':
      return done;
    case 'sleep':
      return later(deadlineOf(effect, request.seconds, journal), signal, done, around);
    case 'sleepUntil':
      return sleepUntil(effect, request.time, around, signal);
    case 'http':
      return isIdempotent(request.method) ? around.http.perform(request, signal) : once(effect, around, () => around.http.perform(request, signal));
    case 'createCallback':
      return callbacks.create(execution.id, executionName(execution, around.executions.place), request.method, keeper(journal));
    case 'awaitCallback':
      return awaitCallback(effect, request, around, signal);
    case 'connector':
      return performConnector(request, { ...around, effect }, signal);
  }
}

function keeper(journal: WorkflowJournal): KeepCall {
  return (path, call) => {
    try {
      journal.called(path, call);
      return undefined;
    } catch (error) {
      if (error instanceof NotKept) return error.message;
      throw error;
    }
  };
}

function awaitCallback(effect: Effect, request: EffectRequest & { kind: 'awaitCallback' }, around: Surroundings, signal: AbortSignal): Outcome | Promise<Outcome> {
  const { url, timeoutSeconds } = request;
  let shown: { over(): void } | undefined;
  const waiting = (method: string): number => {
    const deadline = deadlineOf(effect, timeoutSeconds, around.journal);
    const [waits, sleeps] = [around.waiting(effect, method, url), around.sleeping(deadline)];
    shown = {
      over: () => {
        waits.over();
        sleeps.over();
      },
    };
    return deadline;
  };
  const outcome = around.callbacks.await(around.execution.id, url, timeoutSeconds, signal, waiting);
  if (!(outcome instanceof Promise)) return outcome;
  return outcome.then((come) => {
    shown?.over();
    return come;
  });
}

/** A time that was near enough when the sleep began is so after a restart too, whatever the clock says then. */
function sleepUntil(effect: Effect, time: number, around: Surroundings, signal: AbortSignal): Outcome | Promise<Outcome> {
  const { journal } = around;
  if (journal.before(effect.id) || time <= Date.now() + longestSleep) {
    if (!journal.before(effect.id)) journal.begun(effect.id, time);
    return later(time, signal, done, around);
  }
  return { kind: 'error', tag: 'ValueError', message: `sys.sleep_until: the time may be one year ahead at most; got ${new Date(time).toISOString()}` };
}

function later(time: number, signal: AbortSignal, outcome: Outcome, around: Surroundings): Promise<Outcome> {
  const shown = around.sleeping(time);
  return new Promise((resolve) =>
    wakeAt(time, signal, () => {
      shown.over();
      resolve(outcome);
    }),
  );
}

function logEntry(effect: Effect, request: EffectRequest & { kind: 'log' }): LogEntry {
  return { time: new Date().toISOString(), severity: request.severity, text: request.text, json: request.json, routine: effect.routine, step: effect.step };
}
