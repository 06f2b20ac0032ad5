import { entry, type DataNode, type MapNode } from '../source/data.ts';
import { parseDocuments } from '../source/documents.ts';
import { formatOf } from '../source/parse.ts';
import { LineMap } from '../source/text.ts';
import { jsonOf } from './json.ts';
import type { RecordType } from './recordFiles.ts';
import { commonFields, recordKind } from './recordTypes.ts';

export interface ResourceDocument {
  readonly type: RecordType;
  /** Undefined where the document names none: then the file does. */
  readonly name: string | undefined;
  /** A JSON object. */
  readonly fields: string;
  /** The map of fields; undefined where the document is the content itself. */
  readonly map: MapNode | undefined;
  /** The content itself, or the map. */
  readonly node: DataNode;
}

export interface ResourceText {
  readonly documents: readonly ResourceDocument[];
  /** Why the text cannot be used; there are no documents then. */
  readonly error: string | undefined;
}

/**
 * Reads a resource as Cloudomation exports it: a map whose one key is the type and whose value has the fields; several
 * documents may stand in a file (cloudomation 6). Fields may also stand there without the type, and a file that names
 * no field at all is the content itself, such as a setting's value.
 */
export function parseResource(text: string, path: string, type: RecordType): ResourceText {
  const documents: ResourceDocument[] = [];
  for (const { root, problems } of parseDocuments(text, formatOf(path))) {
    const problem = problems.find(({ severity }) => severity === 'error');
    if (problem) return { documents: [], error: `line ${new LineMap(text).position(problem.range.start).line}: ${problem.message}` };
    if (root) documents.push(resourceDocument(root, type));
  }
  return { documents, error: undefined };
}

/** One document of a file for records of a type. */
export function resourceDocument(root: DataNode, type: RecordType): ResourceDocument {
  const only = root.kind === 'map' && root.entries.length === 1 ? root.entries[0] : undefined;
  const named = only && recordKind(only.key as RecordType) && only.value.kind === 'map' && !(type === 'schema' && !hasFields(only.value, 'schema')) ? only : undefined;
  const own = named ? (named.key as RecordType) : type;
  const value = named ? named.value : root;
  if (value.kind !== 'map' || (!named && !hasFields(value, own))) {
    const content = recordKind(own)?.content ?? 'value';
    return { type: own, name: undefined, fields: `{${JSON.stringify(content)}:${jsonOf(value)}}`, map: undefined, node: value };
  }
  const name = entry(value, 'name')?.value;
  return { type: own, name: name?.kind === 'scalar' && typeof name.value === 'string' && name.value.trim() !== '' ? name.value.trim() : undefined, fields: jsonOf(value), map: value, node: value };
}

/** Whether a map can be a record's fields: it has one that such a record has. */
function hasFields(map: MapNode, type: RecordType): boolean {
  const kind = recordKind(type);
  // A JSON Schema has descriptions and ids too.
  const known = type === 'schema' ? ['name', 'schema'] : [...commonFields, ...(kind?.fields ?? [])];
  return map.entries.some(({ key }) => known.includes(key));
}
