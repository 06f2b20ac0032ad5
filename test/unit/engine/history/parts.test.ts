import { strict as assert } from 'node:assert';
import type { StepHistory } from '../../../../src/execution/stepEntry.ts';
import { readParts, writePart } from '../../../../src/engine/history/parts.ts';
import type { StepRecorder } from '../../../../src/engine/history/recorder.ts';
import { recorded, runToEnd } from './recorded.ts';

const everything = `
main:
  steps:
    - loop:
        for:
          value: v
          range: [1, 3]
          steps:
            - guard:
                try:
                  call: sys.sleep
                  args: {seconds: "\${v}"}
                retry: {max_retries: 1}
                except:
                  as: e
                  steps:
                    - note:
                        assign: [{x: "\${e}"}]
    - both:
        parallel:
          branches:
            - left:
                call: sub
            - right:
                assign: [{y: 1.5}]
    - bad:
        raise: {"__proto__": "ü…"}
sub:
  steps:
    - a:
        return: 1
`;

const long = `
main:
  steps:
    - loop:
        for:
          value: v
          range: [1, 49000]
          steps:
            - a:
                assign: [{x: "\${v}"}]
`;

function stored(recorder: StepRecorder): Uint8Array[] {
  return recorder.takeChanged().map((part) => writePart(part, recorder.part(part), recorder.count).data);
}

function run(source: string, detailed = false): StepRecorder {
  let calls = 0;
  const recorder = runToEnd(recorded(source, { detailed }), ({ request }) => (request.kind === 'sleep' && request.reason === 'sys.sleep' && ++calls % 2 === 1 ? { kind: 'error', tag: 'ConnectionError', message: 'no' } : { kind: 'done' }));
  return recorder;
}

describe('stored parts of a history', () => {
  for (const detailed of [false, true]) {
    it(`give the same history again, ${detailed ? 'detailed' : 'basic'}`, () => {
      const recorder = run(everything, detailed);
      const history = recorder.history();
      assert.ok(history.entries.some(({ exception }) => exception?.includes('__proto__')));
      assert.deepEqual(readParts(stored(recorder)), history);
    });
  }

  it('are a handful of small rows for a run of 100,000 steps', () => {
    const recorder = run(long);
    const history = recorder.history();
    const parts = stored(recorder);
    assert.equal(parts.length, 21);
    const bytes = parts.reduce((sum, { length }) => sum + length, 0);
    assert.ok(bytes < 200_000, String(bytes));
    assert.deepEqual(readParts(parts), history);
    assert.equal(history.count, 98_001);
  });

  const damages: readonly (readonly [what: string, damage: (data: Uint8Array) => Uint8Array])[] = [
    ['cut off', (data) => data.subarray(0, data.length >> 1)],
    ['empty', () => new Uint8Array()],
    ['other JSON', () => Buffer.from('{"count": 3}')],
    ['no bytes that unpack', (data) => Buffer.from(data).fill(0x41)],
    ['columns of different lengths', () => Buffer.from('{"count":1,"points":[],"ids":[1,1],"point":[0],"parents":[0],"states":[0],"created":[0],"took":[0],"children":[0],"progress":[0],"expected":[0],"threads":[0],"exceptions":[],"variables":[]}')],
  ];
  for (const [what, damage] of damages) {
    it(`of which one is ${what} give the others`, () => {
      const recorder = run(long);
      const [first, second, ...rest] = stored(recorder);
      const { entries, count }: StepHistory = readParts([first!, damage(second!), ...rest]);
      assert.equal(count, 98_001);
      assert.equal(entries.length, recorder.history().entries.length - 1000);
      assert.equal(entries[0]!.step, 'loop');
    });
  }
});
