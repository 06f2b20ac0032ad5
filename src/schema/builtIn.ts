import { parseSource } from '../source/parse.ts';
import { loadSchema } from './compile.ts';
import type { SchemaSet } from './schema.ts';

const noFiles = { readText: () => Promise.resolve(undefined), list: () => Promise.resolve([]) };

/** A schema that is made by the program itself: built when it is first asked for, then kept. */
export function builtInSchema(make: () => object): () => Promise<SchemaSet> {
  let loaded: Promise<SchemaSet> | undefined;
  return () => (loaded ??= loadSchema(noFiles, '', parseSource(JSON.stringify(make()), 'json')));
}
