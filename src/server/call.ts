import type { IncomingMessage } from 'node:http';
import { invalid } from './apiError.ts';

/** One request of the API, with what its path names. */
export class Call {
  readonly incoming: IncomingMessage;
  /** As it was sent, without the query: nothing in it is decoded. */
  readonly path: string;
  readonly #params: ReadonlyMap<string, string>;

  constructor(incoming: IncomingMessage, path: string, params: ReadonlyMap<string, string>) {
    this.incoming = incoming;
    this.path = path;
    this.#params = params;
  }

  get method(): string {
    return this.incoming.method ?? '';
  }

  /** Whoever called has gone: nobody would read an answer. */
  get isGone(): boolean {
    return this.incoming.socket.destroyed;
  }

  /** A part of the path, decoded. The routes have it wherever it is asked for. */
  param(name: string): string {
    return this.#params.get(name) ?? '';
  }

  get query(): URLSearchParams {
    const { url = '' } = this.incoming;
    const at = url.indexOf('?');
    return new URLSearchParams(at < 0 ? '' : url.slice(at));
  }
}

/** A path as its decoded parts. Throws `ApiError` for one that is no text. */
export function partsOf(path: string): readonly string[] {
  const parts = path.split('/').slice(1);
  if (!path.includes('%')) return parts;
  try {
    return parts.map(decodeURIComponent);
  } catch {
    throw invalid('The path is not encoded as UTF-8 text.');
  }
}
