import { loadSchema } from '../../../src/schema/compile.ts';
import type { Files } from '../../../src/schema/files.ts';
import { folderOf, nameOf } from '../../../src/schema/files.ts';
import type { SchemaSet } from '../../../src/schema/schema.ts';
import { formatOf, parseSource, type SourceDocument } from '../../../src/source/parse.ts';
import type { Fix, Problem } from '../../../src/source/problem.ts';

/** Files in memory by absolute path. */
export function memoryFiles(texts: Readonly<Record<string, string>>): Files {
  return {
    readText: (path) => Promise.resolve(texts[path]),
    list: (folder) => Promise.resolve(Object.keys(texts).filter((path) => folderOf(path) === folder).map(nameOf)),
  };
}

export async function schemaFrom(texts: Readonly<Record<string, string>>, path: string): Promise<SchemaSet> {
  return loadSchema(memoryFiles(texts), path, parse(path, texts[path]!));
}

export function parse(path: string, text: string): SourceDocument {
  return parseSource(text, formatOf(path));
}

/** A problem on one line: code, the marked text, the message. */
export function show(problem: Problem, text: string): string {
  return `${problem.code} <${text.slice(problem.range.start, problem.range.end)}> ${problem.message}`;
}

export function applyFix(text: string, fix: Fix): string {
  let result = text;
  for (const { range, newText } of [...fix.edits].sort((a, b) => b.range.start - a.range.start)) {
    result = result.slice(0, range.start) + newText + result.slice(range.end);
  }
  return result;
}
