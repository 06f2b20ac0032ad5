import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeFrame, FrameFault, FrameReader } from '../../../src/flow/host/frames.ts';
import { frameLimit, type FromFlow } from '../../../src/flow/protocol.ts';

function bytesOf(frame: object): Buffer {
  const text = Buffer.from(JSON.stringify(frame));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(text.length);
  return Buffer.concat([length, text]);
}

describe('frames', () => {
  const output = (text: string): FromFlow => ({ kind: 'output', category: 'stdout', text });

  it('come out whole however their bytes are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (texts, cuts) => {
        const bytes = Buffer.concat(texts.map((text) => bytesOf(output(text))));
        const reader = new FrameReader();
        const read: FromFlow[] = [];
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const end = at + cuts[i % cuts.length]!;
          read.push(...reader.read(bytes.subarray(at, end)));
          at = end;
        }
        assert.deepEqual(read, texts.map(output));
      }),
    );
  });

  for (const [name, bytes, message] of [
    ['a length beyond the limit, before anything of it has come', Buffer.from([0xff, 0xff, 0xff, 0xff]), /4096\.0 MB is too large; at most 64 MB/],
    ['no JSON', Buffer.from([0, 0, 0, 1, 0x7b]), /no JSON/],
    ['no object', bytesOf([]), /no known kind/],
    ['an unknown kind', bytesOf({ kind: 'constructor' }), /no known kind/],
  ] as const) {
    it(`are refused: ${name}`, () => {
      assert.throws(() => [...new FrameReader().read(bytes)], (error) => error instanceof FrameFault && message.test(error.message));
    });
  }

  it('that are too large are not sent', () => {
    assert.throws(() => encodeFrame({ kind: 'cancel', message: 'x'.repeat(frameLimit) }), FrameFault);
  });
});
