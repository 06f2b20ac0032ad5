import { createHash } from 'node:crypto';
import { invalid } from './apiError.ts';

/** What a page belongs to: the list and everything that chooses or orders it. Sizes may differ from page to page. */
export type PageIdentity = readonly (string | undefined)[];

export function writeToken(cursor: string, identity: PageIdentity): string {
  return Buffer.from(JSON.stringify([fingerprint(identity), cursor])).toString('base64url');
}

/** The cursor in a token, or undefined for the first page. Throws `ApiError` for a token of another list. */
export function readToken(token: string | undefined, identity: PageIdentity): string | undefined {
  if (token === undefined || token === '') return undefined;
  const [print, cursor] = parseToken(token);
  if (print !== fingerprint(identity) || typeof cursor !== 'string') throw staleToken();
  return cursor;
}

function staleToken(): Error {
  return invalid('pageToken is not one of this list: ask for the first page again, with the same filter, orderBy and view.');
}

function parseToken(token: string): readonly unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}

function fingerprint(identity: PageIdentity): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('base64url').slice(0, 16);
}

export interface PageRequest {
  readonly size: number;
  readonly token: string | undefined;
  readonly identity: PageIdentity;
}

/** A page of a list that is in memory, ordered; `key` tells its items apart, and `skip` of them are left out before it begins. */
export function pageOf<T>(items: readonly T[], key: (item: T) => string, { size, token, identity }: PageRequest, skip = 0): { readonly items: readonly T[]; readonly nextPageToken: string | undefined } {
  const cursor = readToken(token, identity);
  const start = cursor === undefined ? 0 : items.findIndex((item) => key(item) === cursor) + 1;
  // What the page began after may be gone.
  if (cursor !== undefined && start === 0) throw staleToken();
  const from = start + skip;
  const page = items.slice(from, from + size);
  return { items: page, nextPageToken: from + size < items.length ? writeToken(key(page.at(-1)!), identity) : undefined };
}
