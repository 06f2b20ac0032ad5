import type { Context } from 'hono';
import { ApiError } from './apiError.ts';

/** The bytes of a request's body, read no further than the limit. Throws `ApiError` for a larger one, announced or not. */
export async function readBytes(c: Context, limit: number): Promise<Buffer> {
  const tooLarge = (): ApiError => new ApiError('INVALID_ARGUMENT', `The body of a request may have ${limit} bytes at most.`, 413);
  if (Number(c.req.header('Content-Length') ?? 0) > limit) throw tooLarge();
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = (c.req.raw.body as ReadableStream<Uint8Array> | null)?.getReader();
  for (let read = await next(reader); read && !read.done; read = await next(reader)) {
    size += read.value.length;
    if (size > limit) throw tooLarge();
    parts.push(read.value);
  }
  return Buffer.concat(parts);
}

/** Who breaks off hears nothing of it; it is no fault of the server. */
async function next(reader: ReadableStreamDefaultReader<Uint8Array> | undefined): Promise<ReadableStreamReadResult<Uint8Array> | undefined> {
  try {
    return await reader?.read();
  } catch {
    throw new ApiError('INVALID_ARGUMENT', 'The body has not come in whole.');
  }
}
