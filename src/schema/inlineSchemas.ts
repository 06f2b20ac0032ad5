import { entry, type DataNode } from '../source/data.ts';
import type { SourceDocument } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { loadSchema } from './compile.ts';
import type { Files } from './files.ts';

/** What is wrong with the schemas that a map of fields holds, and what they refer to. */
export async function inlineSchemas(path: string, document: SourceDocument, fields: DataNode | undefined, files: Files, keys: readonly string[] = ['input_schema', 'output_schema']): Promise<{ problems: Problem[]; dependencies: string[] }> {
  const problems: Problem[] = [];
  const dependencies: string[] = [];
  for (const key of keys) {
    const node = entry(fields, key)?.value;
    if (!node || node.kind === 'scalar') continue;
    const set = await loadSchema(files, path, { ...document, problems: [] }, node);
    problems.push(...set.files[0]!.problems);
    dependencies.push(...set.dependencies);
  }
  return { problems, dependencies };
}
