import { entry, type DataNode } from '../source/data.ts';
import { parseSource, type SourceFormat } from '../source/parse.ts';
import { stepKinds, stepModifiers } from '../workflow/stepKinds.ts';

/** Bigger texts are no workflows (google-workflows 5) and not worth the reading. */
const maxLength = 128 * 1024;

const primaryKeys = new Set(stepKinds.map((kind) => kind.name));
const knownKeys = new Set([...primaryKeys, ...stepModifiers.map((modifier) => modifier.name)]);

/**
 * Whether a text is a workflow by its content, where its name does not say so. Only what nothing else looks like
 * counts: a map with a routine `main` whose steps are steps, or a list of nothing but steps.
 */
export function isWorkflow(text: string, format: SourceFormat): boolean {
  if (text.length > maxLength) return false;
  const { root } = parseSource(text, format);
  return areSteps(root) || areSteps(entry(entry(root, 'main')?.value, 'steps')?.value);
}

function areSteps(node: DataNode | undefined): boolean {
  return node?.kind === 'list' && node.items.length > 0 && node.items.every(isStep);
}

function isStep(node: DataNode): boolean {
  const body = node.kind === 'map' && node.entries.length === 1 ? node.entries[0]!.value : undefined;
  return body?.kind === 'map' && body.entries.some(({ key }) => primaryKeys.has(key)) && body.entries.every(({ key }) => knownKeys.has(key));
}
