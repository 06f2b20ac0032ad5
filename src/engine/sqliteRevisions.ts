import { revisionDigest, revisionName } from './revision.ts';
import type { SqliteDatabase } from './sqliteDatabase.ts';

/** The revision of a program by its name: while a start is under way, a newer one may have been deployed. */
export function namedRevision(database: SqliteDatabase, program: string, name: string | undefined): { readonly id: number; readonly name: string } | undefined {
  if (name === undefined) return undefined;
  const found = database.first('SELECT id FROM revision WHERE program = ? AND name = ? ORDER BY number DESC LIMIT 1', program, name);
  return found && { id: Number(found['id']), name };
}

/** The latest revision of a program if it has this source and environment, else a new one. Belongs into a transaction. */
export function revisionOf(database: SqliteDatabase, program: string, script: string, environment: string): { readonly id: number; readonly name: string } {
  const digest = revisionDigest(script, environment);
  const latest = database.first('SELECT id, number, name, digest FROM revision WHERE program = ? ORDER BY number DESC LIMIT 1', program);
  if (latest?.['digest'] === digest) return { id: Number(latest['id']), name: String(latest['name']) };
  const number = Number(latest?.['number'] ?? 0) + 1;
  const name = revisionName(number, digest);
  const id = database.run('INSERT INTO revision (program, number, name, digest, script) VALUES (?, ?, ?, ?, ?)', program, number, name, digest, script);
  return { id, name };
}
