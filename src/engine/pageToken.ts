import { createHash } from 'node:crypto';
import type { ListQuery } from '../execution/listing.ts';
import { StoreError } from './store.ts';

/** A token says where the next page begins and which query it belongs to: it is refused with any other. */
export function writePageToken(row: number, query: ListQuery): string {
  return `${row.toString(36)}.${fingerprint(query)}`;
}

/** The row that the page begins before. */
export function readPageToken(token: string, query: ListQuery): number {
  const [row = '', print = ''] = token.split('.');
  if (!/^[0-9a-z]{1,10}$/.test(row) || print !== fingerprint(query)) {
    throw new StoreError('The page token is not one of this list: ask for the first page again, with the same filters.');
  }
  return Number.parseInt(row, 36);
}

function fingerprint(query: ListQuery): string {
  const identity = JSON.stringify([query.everywhere ?? query.parent ?? null, [...(query.states ?? [])].sort(), ...(query.program === undefined ? [] : [query.program]), ...(query.deleted === true ? [{ deleted: true }] : []), ...(query.criterion ? [{ criterion: query.criterion }] : []), ...(query.group ? [{ group: query.group }] : [])]);
  return createHash('sha256').update(identity).digest('base64url').slice(0, 12);
}
