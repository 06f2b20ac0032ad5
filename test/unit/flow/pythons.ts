import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Interpreters } from '../../../src/flow/host/interpreter.ts';

/** A Python of this machine. */
export interface Python {
  /** Such as `3.11`. */
  readonly version: string;
  readonly interpreters: Interpreters;
}

/** The oldest and the newest Python of this machine that can run flows, and the usual one: debuggers work in different ways in them. */
export async function pythons(): Promise<readonly Python[]> {
  const found = new Map<number, Python>();
  const usual = await examine(undefined);
  for (const python of [usual, ...(await Promise.all([...onPath(), ...ofPyenv()].map(examine)))]) {
    if (python && !found.has(minor(python))) found.set(minor(python), python);
  }
  const all = [...found.values()].sort((a, b) => minor(a) - minor(b));
  return all.filter((python, index) => index === 0 || index === all.length - 1 || python === usual);
}

async function examine(path: string | undefined): Promise<Python | undefined> {
  const interpreters = new Interpreters(() => (path === undefined ? undefined : { path, from: 'the tests' }));
  return interpreters.find().then(({ version }) => ({ version: version.split('.').slice(0, 2).join('.'), interpreters }), () => undefined);
}

function minor({ version }: Python): number {
  return Number(version.split('.')[1]);
}

function onPath(): string[] {
  return [9, 10, 11, 12, 13, 14].map((number) => `python3.${number}`);
}

function ofPyenv(): string[] {
  const folder = join(process.env['PYENV_ROOT'] ?? join(homedir(), '.pyenv'), 'versions');
  try {
    return readdirSync(folder).map((version) => join(folder, version, 'bin', 'python3'));
  } catch {
    return [];
  }
}
