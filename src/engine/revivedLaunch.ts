import type { Execution, JsonText } from '../execution/record.ts';
import { SchemaLookup } from '../schema/lookup.ts';
import type { Files } from '../schema/files.ts';
import type { SchemaSet } from '../schema/schema.ts';
import { formatOf, parseSource } from '../source/parse.ts';
import type { Asked } from './asked.ts';
import { EngineError } from './engineError.ts';
import type { CheckedLaunch } from './launchChecks.ts';
import { parseMocks } from '../execution/mocks.ts';
import type { Programs } from './programs.ts';

/** All that a workflow execution runs by. */
export interface Settled {
  readonly checked: CheckedLaunch;
  readonly environment: ReadonlyMap<string, string>;
  readonly seed: number | undefined;
  readonly asked: Asked | undefined;
}

/** What is kept of it beside the record: the files it was started with may have changed since. */
interface Kept {
  readonly environment: readonly (readonly [string, string])[];
  readonly seed?: number;
  readonly mocks?: string;
  readonly mockFile: string;
  /** Where the output schema stood: its references are read from there. */
  readonly outputSchemaPath?: string;
  readonly asked?: Asked;
}

export function keptText({ checked, environment, seed, asked }: Settled): JsonText {
  const { mockText, mockFile, outputSchema } = checked;
  const kept: Kept = {
    environment: [...environment],
    ...(seed !== undefined && { seed }),
    ...(mockText !== undefined && { mocks: mockText }),
    mockFile,
    ...(outputSchema && { outputSchemaPath: outputSchema.files[0]?.path ?? '' }),
    ...(asked && { asked }),
  };
  return JSON.stringify(kept);
}

/** The launch of an execution that an earlier process began. Rejects with `EngineError`. */
export async function reviveLaunch(execution: Execution, keptJson: JsonText, files: Files, programs: Programs): Promise<Settled> {
  const kept = JSON.parse(keptJson) as Kept | null;
  if (!kept) throw new EngineError('it was begun by a version that kept no journals');
  const found = programs.get(execution.script, formatOf(execution.program));
  if (!('program' in found)) throw new EngineError(`its program has errors: ${found.broken.problems[0]?.message ?? ''}`);
  const checked: CheckedLaunch = {
    program: found.program,
    input: execution.input_value,
    inputSchema: undefined,
    outputSchema: await outputSchema(execution, kept, files),
    mocks: kept.mocks === undefined ? [] : parseMocks(kept.mocks, formatOf(kept.mockFile)).mocks,
    mockText: kept.mocks,
    mockFile: kept.mockFile,
    environment: new Map(),
  };
  return { checked, environment: new Map(kept.environment), seed: kept.seed, asked: kept.asked };
}

async function outputSchema({ program, output_schema }: Execution, { outputSchemaPath }: Kept, files: Files): Promise<SchemaSet | undefined> {
  if (output_schema === undefined) return undefined;
  const document = parseSource(output_schema, 'json');
  const inline = document.root && { path: outputSchemaPath ?? program, document, node: document.root };
  return (await new SchemaLookup(files).ofProgram(program, 'output', inline)).schema;
}
