import { frameLimit, type FromFlow, type ToFlow } from '../protocol.ts';

const lengthBytes = 4;

/** The other end does not keep to the protocol; nothing more can be read from it. */
export class FrameFault extends Error {
  override readonly name = 'FrameFault';
}

/** The bytes of a frame. Throws `FrameFault` for one that is too large. */
export function encodeFrame(frame: ToFlow): Buffer {
  const text = JSON.stringify(frame);
  const length = Buffer.byteLength(text);
  if (length > frameLimit) throw new FrameFault(tooLarge(length));
  const bytes = Buffer.allocUnsafe(lengthBytes + length);
  bytes.writeUInt32BE(length);
  bytes.write(text, lengthBytes);
  return bytes;
}

/** Cuts a stream of bytes into frames. The length is checked when it has come, before the frame itself is kept. */
export class FrameReader {
  /** What has come of the frame that is not whole yet, its length in front. */
  #parts: Buffer[] = [];
  #size = 0;
  /** Bytes of the frame with its length; undefined until the length has come. */
  #wanted: number | undefined;

  /** The frames that are whole with these bytes. Throws `FrameFault`. */
  *read(bytes: Buffer): Generator<FromFlow> {
    this.#parts.push(bytes);
    this.#size += bytes.length;
    for (;;) {
      if (this.#wanted === undefined) {
        if (this.#size < lengthBytes) return;
        const length = this.#joined().readUInt32BE();
        if (length > frameLimit) throw new FrameFault(tooLarge(length));
        this.#wanted = lengthBytes + length;
      }
      if (this.#size < this.#wanted) return;
      const all = this.#joined();
      const frame = all.toString('utf8', lengthBytes, this.#wanted);
      this.#parts = [all.subarray(this.#wanted)];
      this.#size = all.length - this.#wanted;
      this.#wanted = undefined;
      yield parseFrame(frame);
    }
  }

  /** Joins only when there is something to read from it, so that a large frame is not copied once for each part. */
  #joined(): Buffer {
    const all = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    this.#parts = [all];
    return all;
  }
}

const kinds: ReadonlySet<unknown> = new Set(['ready', 'call', 'output', 'end', 'debug'] satisfies FromFlow['kind'][]);

/** The texts come from a program of the user's, which could write to the channel itself; only its outline is checked. */
function parseFrame(text: string): FromFlow {
  let frame: unknown;
  try {
    frame = JSON.parse(text);
  } catch {
    throw new FrameFault('it sent what is no JSON');
  }
  if (typeof frame !== 'object' || frame === null || !('kind' in frame) || !kinds.has(frame.kind)) throw new FrameFault('it sent a message of no known kind');
  return frame as FromFlow;
}

function tooLarge(bytes: number): string {
  return `a message of ${(bytes / 1024 / 1024).toFixed(1)} MB is too large; at most ${frameLimit / 1024 / 1024} MB can be sent at once`;
}
