import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { FlowError } from '../../../../src/engine/flows/calls.ts';
import { ConnectionHost, type ConnectionCall } from '../../../../src/engine/flows/connections/connectionHost.ts';
import type { ConnectionOutcome } from '../../../../src/engine/flows/connections/rest.ts';
import type { HostEnd, HostState, HostSurroundings } from '../../../../src/engine/executionHost.ts';
import type { Execution } from '../../../../src/execution/record.ts';
import { usualFields } from '../../../../src/execution/usualFields.ts';
import { MemoryJournal } from '../memoryJournal.ts';

/** A call that is answered from outside, and how often it was made. */
class Call implements ConnectionCall {
  made = 0;
  signal: AbortSignal | undefined;
  readonly #repeatable: boolean;
  #answer: (outcome: ConnectionOutcome) => void = () => undefined;
  #fail: (error: Error) => void = () => undefined;

  constructor(repeatable = true) {
    this.#repeatable = repeatable;
  }

  perform(signal: AbortSignal): Promise<ConnectionOutcome> {
    this.made++;
    this.signal = signal;
    return new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#fail = reject;
    });
  }

  isRepeatable(): Promise<boolean> {
    return Promise.resolve(this.#repeatable);
  }

  async answer(outcome: ConnectionOutcome): Promise<void> {
    this.#answer(outcome);
    await new Promise(setImmediate);
  }

  async fail(error: Error): Promise<void> {
    this.#fail(error);
    await new Promise(setImmediate);
  }
}

describe('a connection', () => {
  let journal: MemoryJournal;
  let states: HostState[];
  let ends: HostEnd[];
  let changes: Partial<Execution>[];
  beforeEach(() => {
    journal = new MemoryJournal();
    [states, ends, changes] = [[], [], []];
  });

  const host = (call: ConnectionCall): ConnectionHost => {
    const execution = { ...usualFields, id: randomUUID(), name: 'call', type: 'CONNECTION', input_value: '{}' } as unknown as Execution;
    const around: HostSurroundings = {
      execution,
      journal,
      listener: { changed: (state) => void states.push(state), ended: (end) => void ends.push(end) },
      current: () => execution,
      change: (part) => void changes.push(part),
      log: () => undefined,
      waiting: () => ({ over: () => undefined }),
    };
    return new ConnectionHost(around, call);
  };
  /** As after the process that began it was gone. */
  const interrupted = async (): Promise<void> => {
    host(new Call()).go();
    await new Promise(setImmediate);
    states.length = 0;
  };

  it('is made once, and its output is the result', async () => {
    const call = new Call();
    const connection = host(call);
    connection.go();
    connection.go();
    await new Promise(setImmediate);
    await call.answer({ kind: 'output', json: '{"price":1.0}' });
    assert.equal(call.made, 1);
    assert.deepEqual(states, ['going']);
    assert.deepEqual(ends, [{ kind: 'returned', result: '{"price":1.0}' }]);
    assert.deepEqual(changes, [{ output_value: '{"price":1.0}' }]);
  });

  it('fails with the type of error, and keeps what came nevertheless', async () => {
    const call = new Call();
    host(call).go();
    await new Promise(setImmediate);
    await call.answer({ kind: 'error', type: 'ExecutionError', message: 'status 404', json: '{"status_code":404}' });
    assert.deepEqual(changes, [{ output_value: '{"status_code":404}' }]);
    assert.deepEqual(ends.map((end) => end.kind === 'failed' && [end.message, end.error.payload]), [['ExecutionError: status 404', '{"message":"status 404","tags":["ExecutionError"]}']]);
  });

  it('fails where its inputs are wrong, and where the call itself fails', async () => {
    for (const [error, message] of [[new FlowError('MissingInputError', 'no url'), 'MissingInputError: no url'], [new Error('boom'), 'InternalError: boom']] as const) {
      const call = new Call();
      journal = new MemoryJournal();
      host(call).go();
      await new Promise(setImmediate);
      await call.fail(error);
      const end = ends.at(-1);
      assert.equal(end?.kind === 'failed' && end.message, message);
    }
  });

  it('keeps its answer while it is held', async () => {
    const call = new Call();
    const connection = host(call);
    connection.go();
    await new Promise(setImmediate);
    connection.askPause();
    await call.answer({ kind: 'output', json: '1' });
    assert.deepEqual([connection.state, ends], ['held', []]);
    connection.askResume();
    assert.deepEqual(ends, [{ kind: 'returned', result: '1' }]);
    assert.equal(call.made, 1);
  });

  it('ends at once when it is cancelled, and the call is given up', async () => {
    const call = new Call();
    const connection = host(call);
    connection.go();
    await new Promise(setImmediate);
    connection.cancel();
    await call.answer({ kind: 'output', json: '1' });
    assert.equal(call.signal?.aborted, true);
    assert.deepEqual(ends, [{ kind: 'cancelled' }]);
    connection.abort('TimeoutError', 'too late');
    assert.equal(ends.length, 1);
  });

  it('is made again after a crash where that does no harm', async () => {
    await interrupted();
    const call = new Call(true);
    host(call).go();
    await new Promise(setImmediate);
    await call.answer({ kind: 'output', json: '2' });
    assert.equal(call.made, 1);
    assert.deepEqual(ends, [{ kind: 'returned', result: '2' }]);
  });

  it('is not made again after a crash where it may have been made', async () => {
    await interrupted();
    const call = new Call(false);
    host(call).go();
    await new Promise(setImmediate);
    assert.equal(call.made, 0);
    assert.match(ends[0]?.kind === 'failed' ? ends[0].message : '', /was interrupted when its process ended; whether it was made is not known/);
  });
});
