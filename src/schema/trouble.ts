import type { Problem } from '../source/problem.ts';
import type { SourceDocument } from '../source/parse.ts';
import { nameOf } from './files.ts';
import { schemaReference, type FoundSchema } from './lookup.ts';
import type { SchemaFile } from './schema.ts';

/** The file of a schema that has errors, if one has. A launch is refused with its problems. */
export function brokenFile({ schema }: FoundSchema): SchemaFile | undefined {
  return schema?.files.find((file) => file.problems.some((problem) => problem.severity === 'error'));
}

/** Tells in an input file that its schema has errors: until they are mended no launch is possible. */
export function schemaTrouble(found: FoundSchema, document: SourceDocument): Problem[] {
  const broken = brokenFile(found);
  const first = broken?.problems.find((problem) => problem.severity === 'error');
  if (!broken || !first) return [];
  const { line } = broken.lines.position(first.range.start);
  return [
    {
      code: 'input/invalid-schema',
      severity: 'warning',
      message: `The schema ${nameOf(broken.path)} has an error in line ${line}: ${first.message}`,
      range: schemaReference(document)?.range ?? document.lines.lineRange(1),
    },
  ];
}
