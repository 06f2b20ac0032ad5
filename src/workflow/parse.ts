import { describe, type DataNode, type MapNode } from '../source/data.ts';
import { formatOf, parseSource, type SourceDocument, type SourceFormat } from '../source/parse.ts';
import type { Problem } from '../source/problem.ts';
import { checkCalls } from './calls.ts';
import { withoutIgnored } from './ignore.ts';
import { parseSteps } from './parseSteps.ts';
import { Problems } from './problems.ts';
import { resolveNames, type Resolution } from './scopes.ts';
import { limits, routineKeys } from './stepKinds.ts';
import { invalidName, isVariableName } from './names.ts';
import type { Param, Routine, Workflow } from './syntax.ts';
import { parseTemplate } from './template.ts';

export interface WorkflowDocument {
  readonly source: SourceDocument;
  /** As much of the workflow as could be read. */
  readonly workflow: Workflow;
  /** What each name of the workflow refers to. */
  readonly resolution: Resolution;
  /** Every problem of the text: of YAML or JSON, structure, expressions, names and calls; in the order of the text. */
  readonly problems: readonly Problem[];
}

export function hasErrors(problems: readonly Problem[]): boolean {
  return problems.some((problem) => problem.severity === 'error');
}

/** Reads and checks a definition. Never throws. */
export function parseWorkflow(text: string, format: SourceFormat): WorkflowDocument {
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > limits.sourceBytes) {
    const message = `A workflow may have at most ${limits.sourceBytes / 1024} KB of source; this one has ${Math.ceil(bytes / 1024)} KB.`;
    const problem: Problem = { code: 'workflow/too-large', severity: 'error', message, range: { start: 0, end: 0 } };
    const workflow: Workflow = { routines: [] };
    return { source: parseSource('', format), workflow, resolution: resolveNames(workflow, new Problems()), problems: [problem] };
  }
  const source = parseSource(text, format);
  const problems = new Problems();
  const workflow: Workflow = { routines: parseRoutines(source, problems) };
  const resolution = resolveNames(workflow, problems);
  checkCalls(workflow, problems);
  // What follows from a broken syntax would only hide the cause.
  const found = hasErrors(source.problems) ? source.problems : [...source.problems, ...problems.list];
  return { source, workflow, resolution, problems: withoutIgnored(found, source, format).sort((a, b) => a.range.start - b.range.start) };
}

/** Reads a definition from the file name's format. */
export function parseWorkflowFile(path: string, text: string): WorkflowDocument {
  return parseWorkflow(text, formatOf(path));
}

function parseRoutines(source: SourceDocument, problems: Problems): Routine[] {
  const { root } = source;
  if (!root) {
    if (source.problems.length === 0) {
      problems.error('workflow/empty', { start: 0, end: 0 }, 'The file is empty: a workflow is a list of steps, or a map of routines with "main" among them.');
    }
    return [];
  }
  if (root.kind === 'list') {
    const range = { start: root.range.start, end: root.range.start };
    return [{ name: 'main', nameRange: range, range: root.range, params: [], steps: parseSteps(root, problems) }];
  }
  if (root.kind !== 'map') {
    problems.error('workflow/top-level', root.range, `A workflow is a map of routines or a list of steps, found ${describe(root)}.`);
    return [];
  }
  const routines: Routine[] = [];
  for (const entry of root.entries) {
    if (entry.value.kind !== 'map') {
      problems.error('routine/body', entry.value.kind === 'scalar' && entry.value.style === 'missing' ? entry.keyNode.range : entry.value.range, `The routine "${entry.key}" should be a map with "steps", found ${describe(entry.value)}.`);
      continue;
    }
    routines.push(parseRoutine(entry.key, entry.keyNode.range, entry.value, problems));
  }
  if (!root.entries.some((entry) => entry.key === 'main')) {
    const names = root.entries.map((entry) => entry.key);
    const first = root.entries[0];
    problems.error('workflow/no-main', first?.keyNode.range ?? root.range, `A workflow needs a routine "main"; found ${names.length === 0 ? 'none' : names.map((name) => `"${name}"`).join(', ')}.`);
  }
  return routines;
}

function parseRoutine(name: string, nameRange: Routine['nameRange'], node: MapNode, problems: Problems): Routine {
  let params: Param[] = [];
  let steps: Routine['steps'] = [];
  let hasSteps = false;
  for (const entry of node.entries) {
    if (entry.key === 'params') {
      params = parseParams(name, entry.value, problems);
    } else if (entry.key === 'steps') {
      hasSteps = true;
      steps = parseSteps(entry.value, problems);
    } else {
      const known = routineKeys.map((key) => key.name);
      problems.misspelt('routine/unknown-key', entry.keyNode.range, `A routine has "params" and "steps", not "${entry.key}".`, entry.key, known);
    }
  }
  if (!hasSteps) problems.error('routine/no-steps', nameRange, `The routine "${name}" has no steps; at least one is needed.`);
  return { name, nameRange, range: { start: nameRange.start, end: node.range.end }, params, steps };
}

function parseParams(routine: string, node: DataNode, problems: Problems): Param[] {
  if (node.kind !== 'list') {
    problems.error('routine/params', node.range, `"params" should be a list of names, found ${describe(node)}.`);
    return [];
  }
  const params: Param[] = [];
  for (const item of node.items) {
    const only = item.kind === 'map' ? item.entries[0] : undefined;
    if (item.kind === 'scalar' && typeof item.value === 'string') {
      params.push({ name: item.value, range: item.range, defaultValue: undefined });
    } else if (only && item.kind === 'map' && item.entries.length === 1) {
      params.push({ name: only.key, range: only.keyNode.range, defaultValue: parseTemplate(only.value, problems) });
    } else {
      problems.error('routine/params', item.range, `A parameter is a name, or "name: default", found ${describe(item)}.`);
      continue;
    }
    const added = params.at(-1)!;
    if (!isVariableName(added.name)) problems.error('name/invalid', added.range, invalidName(added.name));
    if (params.slice(0, -1).some((param) => param.name === added.name)) problems.error('routine/params', added.range, `The parameter "${added.name}" stands twice.`);
  }
  const second = routine === 'main' ? params[1] : undefined;
  if (second) problems.error('routine/main-params', second.range, `"main" takes one parameter at most: it holds the whole argument of the execution.`);
  return params;
}
