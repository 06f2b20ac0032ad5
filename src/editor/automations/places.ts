import { recordFile } from '../../execution/recordFiles.ts';
import { resourceDocument } from '../../execution/resourceText.ts';
import { entry, type DataNode, type MapNode } from '../../source/data.ts';
import { parseDocuments } from '../../source/documents.ts';
import { formatOf, parseSource } from '../../source/parse.ts';
import type { Fix } from '../../source/problem.ts';
import { baseName } from '../files.ts';

/** A schedule or webhook in the text of its file. */
export interface AutomationPlace {
  readonly type: 'schedule' | 'webhook';
  readonly name: string;
  /** Where it begins: an offset. */
  readonly start: number;
  readonly map: MapNode;
  /** The key that lets it rest. */
  readonly key: 'enabled' | 'is_enabled';
  readonly enabled: boolean;
}

/** The schedules and webhooks of a `stepthrough.yaml`, or of a file of records; none where the text cannot be read. */
export function automationPlaces(path: string, text: string): AutomationPlace[] {
  const own = recordFile(baseName(path));
  if (own === undefined) return ofWorkspaceFile(parseSource(text, formatOf(path)).root);
  if (own.type !== 'schedule' && own.type !== 'webhook') return [];
  return parseDocuments(text, formatOf(path)).flatMap(({ root, problems }): AutomationPlace[] => {
    if (!root || problems.some(({ severity }) => severity === 'error')) return [];
    const { type, name, map } = resourceDocument(root, own.type);
    return map && (type === 'schedule' || type === 'webhook') ? [place(type, name ?? own.name, root.range.start, map, 'is_enabled')] : [];
  });
}

function ofWorkspaceFile(root: DataNode | undefined): AutomationPlace[] {
  return (['schedule', 'webhook'] as const).flatMap((type) => {
    const group = entry(root, `${type}s`)?.value;
    if (group?.kind !== 'map') return [];
    return group.entries.flatMap(({ key, keyNode, value }) => (value.kind === 'map' ? [place(type, key, keyNode.range.start, value, 'enabled')] : []));
  });
}

function place(type: AutomationPlace['type'], name: string, start: number, map: MapNode, key: AutomationPlace['key']): AutomationPlace {
  const value = entry(map, key)?.value;
  return { type, name, start, map, key, enabled: !(value?.kind === 'scalar' && value.value === false) };
}

/** Lets a schedule or webhook rest, or act again. Undefined for one that says nothing at all. */
export function enablingEdit({ map, key }: AutomationPlace, enabled: boolean, text: string, path: string): Fix['edits'][number] | undefined {
  const present = entry(map, key)?.value;
  if (present) return { range: present.range, newText: present.kind === 'scalar' && present.style === 'missing' ? ` ${enabled}` : String(enabled) };
  const [first] = map.entries;
  if (!first) return undefined;
  const at = first.range.start;
  const before = text.slice(text.lastIndexOf('\n', at - 1) + 1, at);
  const written = formatOf(path) === 'json' ? `"${key}": ${enabled}` : `${key}: ${enabled}`;
  const startsLine = before.trim() === '';
  const next = startsLine ? `\n${before}` : map.flow ? ' ' : `\n${' '.repeat(before.length)}`;
  return { range: { start: at, end: at }, newText: `${written}${map.flow ? ',' : ''}${next}` };
}
