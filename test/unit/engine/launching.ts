import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Engine } from '../../../src/engine/engine.ts';
import type { StartRequest } from '../../../src/execution/launch.ts';
import type { Execution, ExecutionOptions } from '../../../src/execution/record.ts';

/** Files by name, written into a folder; gives their paths. */
export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}

export function request(text: string, part: { program?: string; input?: string; options?: ExecutionOptions; mocks?: string } = {}): StartRequest {
  return {
    program: part.program ?? '/nowhere/test.workflows.yaml',
    text,
    input: part.input === undefined ? undefined : { json: part.input },
    options: part.options ?? {},
    mocks: part.mocks,
  };
}

/** Runs a workflow to its end. */
export async function runToEnd(engine: Engine, start: StartRequest): Promise<Execution> {
  return (await engine.start(start)).ended;
}

export function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Waits until a condition holds; fails loudly when that takes longer than any machine needs. */
export async function until(condition: () => boolean): Promise<void> {
  for (const end = Date.now() + 30_000; !condition(); await wait(5)) {
    if (Date.now() > end) throw new Error(`Never came true: ${condition.toString()}`);
  }
}
