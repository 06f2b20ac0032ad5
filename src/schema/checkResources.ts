import type { RecordType } from '../execution/recordFiles.ts';
import { recordKind } from '../execution/recordTypes.ts';
import { checkResource } from '../execution/resourceFile.ts';
import { resourceDocument } from '../execution/resourceText.ts';
import { entry } from '../source/data.ts';
import { parseDocuments } from '../source/documents.ts';
import type { SourceDocument, SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import type { CheckedFile, CheckedPart } from './checkFile.ts';
import { loadResourceSchema } from './companionSchemas.ts';
import type { Files } from './files.ts';
import { inlineSchemas } from './inlineSchemas.ts';

/** Checks a file of records as the engine reads it: each of its documents for itself. */
export async function checkResources(path: string, document: SourceDocument, format: SourceFormat, type: RecordType, files: Files): Promise<CheckedFile> {
  const problems: Problem[] = [];
  const dependencies: string[] = [];
  const parts: CheckedPart[] = [];
  for (const { range, root, problems: found } of parseDocuments(document.text, format)) {
    problems.push(...found);
    const resource = root && resourceDocument(root, type);
    const connectorType = entry(resource?.map, 'connector_type')?.value;
    const named = connectorType?.kind === 'scalar' && typeof connectorType.value === 'string' ? connectorType.value : undefined;
    parts.push({ range, root, schema: await loadResourceSchema(resource?.type ?? type, named) });
    if (!resource || found.some(({ severity }) => severity === 'error')) continue;
    problems.push(...checkResource(resource));
    const schemas = (recordKind(resource.type)?.table ?? []).filter(({ type: { kind } }) => kind === 'schema').map(({ name }) => name);
    const inline = await inlineSchemas(path, document, resource.map, files, schemas);
    problems.push(...inline.problems);
    dependencies.push(...inline.dependencies);
  }
  return { problems, schema: parts[0]?.schema, parts, origin: undefined, dependencies };
}
