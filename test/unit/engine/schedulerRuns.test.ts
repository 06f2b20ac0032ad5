import assert from 'node:assert/strict';
import { MemoryStore } from '../../../src/engine/memoryStore.ts';
import { SchedulerRuns, type OwnScheduler, type SchedulerRunsOptions } from '../../../src/engine/schedules/schedulerRuns.ts';
import type { StartRequest } from '../../../src/execution/launch.ts';
import type { ExecutionChange } from '../../../src/execution/listing.ts';
import type { Execution } from '../../../src/execution/record.ts';
import type { ExecutionState } from '../../../src/execution/state.ts';

const at = (time: string): number => Date.parse(`2026-03-02T${time}Z`);
const made = at('08:00:00');

/** Executions of schedulers, which end when the test says so, at a clock that the test sets. */
class Clock {
  now = made;
  readonly started: string[] = [];
  readonly failures: string[] = [];
  refusal: Error | undefined;
  readonly #executions = new Map<string, Execution>();
  readonly #listeners = new Set<(change: ExecutionChange) => void>();
  readonly #claims: SchedulerRunsOptions['claims'];

  constructor(claims: SchedulerRunsOptions['claims']) {
    this.#claims = claims;
  }

  runs(): SchedulerRuns {
    return new SchedulerRuns({ engine: this.#engine, claims: this.#claims, failed: (_, error) => this.failures.push((error as Error).message), now: () => this.now });
  }

  schedule(more: Partial<OwnScheduler> = {}): OwnScheduler {
    return { id: 'daily', name: 'daily', since: made, input: () => '{}', request: () => (this.refusal ? Promise.reject(this.refusal) : Promise.resolve({ input: { json: '{}' } } as StartRequest)), ...more };
  }

  get last(): string {
    return [...this.#executions.keys()].at(-1)!;
  }

  state(id: string): ExecutionState {
    return this.#executions.get(id)!.state;
  }

  async end(state: ExecutionState, id = this.last): Promise<void> {
    const execution = { ...this.#executions.get(id)!, state, end_time: new Date(this.now).toISOString() };
    this.#executions.set(id, execution);
    for (const listener of this.#listeners) listener({ kind: 'updated', execution });
    await new Promise(setImmediate);
  }

  /** Looks at a time, and lets what begins begin. */
  async look(runs: SchedulerRuns, time: string): Promise<string[]> {
    this.now = at(time);
    runs.look();
    await new Promise(setImmediate);
    return this.started;
  }

  readonly #engine: SchedulerRunsOptions['engine'] = {
    get: (id) => this.#executions.get(id),
    cancel: (id) => void this.end('CANCELLED', id),
    start: (request, id) => {
      this.#executions.set(id, { id, type: 'SCHEDULE', state: 'ACTIVE', input_value: request.input!.json } as Execution);
      this.started.push(new Date(this.now).toISOString().slice(11, 19));
      return Promise.resolve();
    },
    watch: (listener) => {
      this.#listeners.add(listener);
      return { dispose: () => void this.#listeners.delete(listener) };
    },
  };
}

describe('executions of schedulers', () => {
  const begun: SchedulerRuns[] = [];
  afterEach(() => begun.splice(0).forEach((runs) => runs.dispose()));
  let clock: Clock;
  beforeEach(() => (clock = new Clock(new MemoryStore())));

  async function begin(schedules: readonly OwnScheduler[] = [clock.schedule()], time = '08:00:00'): Promise<SchedulerRuns> {
    const runs = clock.runs();
    begun.push(runs);
    clock.now = at(time);
    runs.set(schedules, []);
    await new Promise(setImmediate);
    return runs;
  }

  it('begin at once, one at a time, and again as soon as one has succeeded', async () => {
    const runs = await begin();
    assert.deepEqual(clock.started, ['08:00:00']);
    assert.deepEqual(await clock.look(runs, '09:00:00'), ['08:00:00']);
    await clock.end('SUCCEEDED');
    assert.deepEqual(clock.started, ['08:00:00', '09:00:00']);
  });

  it('begin a second apart at least, also where the script waits for nothing', async () => {
    const runs = await begin();
    await clock.end('SUCCEEDED');
    assert.deepEqual(clock.started, ['08:00:00']);
    assert.deepEqual(await clock.look(runs, '08:00:01'), ['08:00:00', '08:00:01']);
  });

  for (const state of ['FAILED', 'CANCELLED'] as const) {
    it(`begin a minute after one that ended as ${state}`, async () => {
      const runs = await begin();
      clock.now = at('08:10:00');
      await clock.end(state);
      assert.deepEqual(await clock.look(runs, '08:10:59'), ['08:00:00']);
      assert.deepEqual(await clock.look(runs, '08:11:00'), ['08:00:00', '08:11:00']);
    });
  }

  it('begin at once after a change of the schedule', async () => {
    const runs = await begin();
    clock.now = at('08:10:00');
    await clock.end('FAILED');
    clock.now = at('08:10:10');
    runs.set([clock.schedule({ since: clock.now })], []);
    await new Promise(setImmediate);
    assert.deepEqual(clock.started, ['08:00:00', '08:10:10']);
  });

  it('give way where they are to be given something else', async () => {
    const runs = await begin();
    const first = clock.last;
    clock.now = at('08:10:00');
    runs.set([clock.schedule({ input: () => '{"flow_id":"other"}' })], []);
    await new Promise(setImmediate);
    assert.equal(clock.state(first), 'CANCELLED');
    assert.deepEqual(clock.started.length, 2);
  });

  it('are left alone while something that they are given is missing', async () => {
    const runs = await begin();
    runs.set([clock.schedule({ input: () => undefined })], []);
    assert.equal(clock.state(clock.last), 'ACTIVE');
  });

  it('are cancelled when the schedule is gone, or rests since before this process began', async () => {
    const runs = await begin();
    runs.set([], []);
    assert.equal(clock.state(clock.last), 'CANCELLED');
    const again = await begin([clock.schedule()], '09:00:00');
    const { last } = clock;
    again.dispose();
    (await begin([], '09:00:01')).set([], ['daily']);
    assert.equal(clock.state(last), 'CANCELLED');
  });

  it('begin once where two processes look', async () => {
    await begin();
    const other = await begin();
    await clock.look(other, '08:30:00');
    clock.now = at('09:00:00');
    await clock.end('SUCCEEDED');
    assert.deepEqual(clock.started, ['08:00:00', '09:00:00']);
  });

  it('that cannot be started are tried again after a minute, and left to other processes until then', async () => {
    clock.refusal = new Error('There is no scheduler.');
    const runs = await begin();
    assert.deepEqual(await clock.look(runs, '08:00:30'), []);
    assert.deepEqual(clock.failures, ['There is no scheduler.']);
    clock.refusal = undefined;
    await begin([clock.schedule()], '08:00:40');
    assert.deepEqual(clock.started, ['08:00:40']);
  });
});
