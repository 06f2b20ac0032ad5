import type { IncomingMessage } from 'node:http';
import { ApiError } from './apiError.ts';

/** The bytes of a request's body, kept no further than the limit. Rejects with `ApiError` for a larger one, announced or not. */
export function readBytes(incoming: IncomingMessage, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const tooLarge = (): void => reject(new ApiError('INVALID_ARGUMENT', `The body of a request may have ${limit} bytes at most.`, 413));
    if (Number(incoming.headers['content-length'] ?? 0) > limit) {
      tooLarge();
      return;
    }
    const parts: Buffer[] = [];
    let size = 0;
    incoming.on('data', (part: Buffer) => {
      size += part.length;
      if (size <= limit) parts.push(part);
      else tooLarge();
    });
    incoming.on('end', () => resolve(parts.length === 1 ? parts[0]! : Buffer.concat(parts)));
    // Who breaks off hears nothing of it; it is no fault of the server.
    const brokenOff = (): void => reject(new ApiError('INVALID_ARGUMENT', 'The body has not come in whole.'));
    incoming.on('error', brokenOff);
    incoming.on('aborted', brokenOff);
  });
}
