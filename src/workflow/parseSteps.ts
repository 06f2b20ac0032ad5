import { describe, sourceOffset, type DataNode, type MapEntry, type MapNode } from '../source/data.ts';
import type { Range } from '../source/text.ts';
import { invalidName, isVariableName, parseTarget } from './names.ts';
import type { Problems } from './problems.ts';
import { backoffKeys, exceptKeys, limits, loopKeys, parallelKeys, retryKeys, stepKinds, type KeyDescription } from './stepKinds.ts';
import type { Action, Assignment, Body, Branch, CallArguments, Condition, Except, Jump, Loop, Step, VariableName } from './syntax.ts';
import { parseTemplate } from './template.ts';

const primaryKeys = stepKinds.map((kind) => kind.name).filter((name) => name !== 'next');
const bodyKeys = [...primaryKeys, 'args', 'result', 'retry', 'except', 'next'];

/** Reads a list of steps. What is not a step is left out, with a problem. */
export function parseSteps(node: DataNode, problems: Problems): Step[] {
  if (node.kind !== 'list') {
    problems.error('steps/not-a-list', node.range, `"steps" should be a list of steps ("- name:" lines), found ${describe(node)}.`);
    return [];
  }
  if (node.items.length === 0) problems.error('steps/empty', node.range, 'At least one step is needed here.');
  const steps: Step[] = [];
  const names = new Set<string>();
  for (const item of node.items) {
    const entry = singleEntry(item, 'step/shape', 'A step is one "name:" with its body', problems);
    if (!entry) continue;
    if (entry.value.kind !== 'map') {
      problems.error('step/body', entry.keyNode.range, `The step "${entry.key}" should have a body such as "assign:" or "call:", found ${describe(entry.value)}.`);
      continue;
    }
    const body = parseBody(entry.value, `The step "${entry.key}"`, problems, []);
    const step: Step = { name: entry.key, nameRange: entry.keyNode.range, range: entry.range, body };
    if (names.has(step.name)) {
      problems.error('step/duplicate', step.nameRange, `A step named "${step.name}" stands in this list already; step names are unique.`);
    }
    names.add(step.name);
    steps.push(step);
  }
  return steps;
}

/** The one entry of a single-key map. A second key is most often a body that is not indented enough. */
function singleEntry(node: DataNode, code: string, what: string, problems: Problems): MapEntry | undefined {
  if (node.kind !== 'map' || node.entries.length === 0) {
    problems.error(code, node.range, `${what}, found ${describe(node)}.`);
    return undefined;
  }
  const second = node.entries[1];
  if (second) {
    const hint = bodyKeys.includes(second.key) ? ' Is it indented less than it should be?' : ' Is "- " missing before it?';
    problems.error(code, second.keyNode.range, `${what}; "${second.key}" is a second key.${hint}`);
  }
  return node.entries[0];
}

/** Reads the keys of a step, a condition or a try. `own` are keys that the caller has read. */
function parseBody(node: MapNode, what: string, problems: Problems, own: readonly string[]): Body {
  let primary: MapEntry | undefined;
  let next: Jump | undefined;
  for (const entry of node.entries) {
    if (own.includes(entry.key)) continue;
    if (primaryKeys.includes(entry.key)) {
      if (primary) {
        problems.error('step/two-actions', entry.keyNode.range, `${what} has "${primary.key}" already; put "${entry.key}" into a step of its own.`);
      } else {
        primary = entry;
      }
    } else if (entry.key === 'next') {
      next = parseJump(entry.value, problems);
    } else if (!bodyKeys.includes(entry.key)) {
      problems.misspelt('step/unknown-key', entry.keyNode.range, `A step has no key "${entry.key}".`, entry.key, bodyKeys);
    }
  }
  const modifiers = stepKinds.find((kind) => kind.name === primary?.key)?.modifiers ?? [];
  for (const entry of node.entries) {
    if (entry === primary || own.includes(entry.key) || primaryKeys.includes(entry.key) || !bodyKeys.includes(entry.key)) continue;
    if (entry.key === 'next' ? !primary || modifiers.includes('next') : modifiers.includes(entry.key)) continue;
    if (entry.key === 'next') {
      // The service takes it: a sample of Google's ends with "return" and "next: end" in one step.
      problems.hint('next/unreachable', entry.keyNode.range, `This "next" is never reached: "${primary?.key ?? ''}" leaves the routine before it.`);
      continue;
    }
    const needs = stepKinds.filter((kind) => kind.modifiers.includes(entry.key)).map((kind) => `"${kind.name}"`);
    problems.error('step/misplaced-key', entry.keyNode.range, `"${entry.key}" needs ${needs.join(' or ')} in the same step.`);
  }
  const bodyEntries = node.entries.filter((entry) => !own.includes(entry.key));
  if (bodyEntries.length === 0 && own.length === 0) {
    problems.error('step/body', node.range, `${what} does nothing: it needs one of ${stepKinds.map((kind) => kind.name).join(', ')}.`);
  }
  const firstKeyRange = (bodyEntries[0] ?? node.entries[0])?.keyNode.range ?? node.range;
  return { action: primary ? parseAction(primary, node, problems) : undefined, next, range: node.range, firstKeyRange };
}

function parseAction(primary: MapEntry, node: MapNode, problems: Problems): Action {
  const { value } = primary;
  switch (primary.key) {
    case 'assign':
      return { kind: 'assign', items: parseAssignments(value, problems) };
    case 'call':
      return parseCall(value, node, problems);
    case 'switch':
      return { kind: 'switch', conditions: parseConditions(value, problems) };
    case 'for':
      return { kind: 'for', loop: parseLoop(value, primary.keyNode.range, problems) };
    case 'parallel':
      return parseParallel(value, primary.keyNode.range, problems);
    case 'try':
      return parseTry(value, primary.keyNode.range, node, problems);
    case 'raise':
      return { kind: 'raise', value: parseTemplate(value, problems) };
    case 'return':
      return { kind: 'return', value: parseTemplate(value, problems) };
    default:
      return { kind: 'steps', steps: parseSteps(value, problems) };
  }
}

/** A step may be named by a number (`- 1:`), and is then jumped to by it. */
function parseJump(node: DataNode, problems: Problems): Jump | undefined {
  if (node.kind === 'scalar' && (typeof node.value === 'string' || typeof node.value === 'bigint')) return { target: String(node.value), range: node.range };
  problems.error('next/target', node.range, `"next" takes the name of a step, "end", "break" or "continue", found ${describe(node)}.`);
  return undefined;
}

function parseVariable(node: DataNode, key: string, problems: Problems): VariableName | undefined {
  if (node.kind !== 'scalar' || typeof node.value !== 'string') {
    problems.error('name/invalid', node.range, `"${key}" takes a variable name, found ${describe(node)}.`);
    return undefined;
  }
  if (!isVariableName(node.value)) {
    problems.error('name/invalid', node.range, node.value.includes('${') ? `"${key}" takes a variable name without \${}.` : invalidName(node.value));
    return undefined;
  }
  return { name: node.value, range: node.range };
}

function parseAssignments(node: DataNode, problems: Problems): Assignment[] {
  if (node.kind !== 'list') {
    problems.error('assign/shape', node.range, `"assign" should be a list of "- name: value" items, found ${describe(node)}.`);
    // What it assigns is known all the same: its names are not told as unknown besides.
    return node.kind === 'map' ? node.entries.flatMap((entry) => parseAssignment(entry, problems)) : [];
  }
  if (node.items.length === 0) problems.error('assign/shape', node.range, '"assign" needs at least one item.');
  const extra = node.items[limits.assignments];
  if (extra) problems.error('assign/too-many', extra.range, `An assign step may have ${limits.assignments} items at most; this one has ${node.items.length}.`);
  return node.items.flatMap((item) => {
    const entry = singleEntry(item, 'assign/shape', 'An assignment is one "name: value"', problems);
    return entry ? parseAssignment(entry, problems) : [];
  });
}

function parseAssignment(entry: MapEntry, problems: Problems): Assignment[] {
  const target = parseTarget(entry.key, (offset) => sourceOffset(entry.keyNode, offset), problems);
  const value = parseTemplate(entry.value, problems);
  return target ? [{ target, value, range: entry.range }] : [];
}

function parseCall(node: DataNode, body: MapNode, problems: Problems): Action {
  let name = '';
  if (node.kind === 'scalar' && typeof node.value === 'string' && !node.value.includes('${')) {
    name = node.value;
  } else {
    problems.error('call/name', node.range, `"call" takes the name of a function or subworkflow, found ${node.kind === 'scalar' && typeof node.value === 'string' ? 'an expression' : describe(node)}.`);
  }
  const args = body.entries.find((entry) => entry.key === 'args');
  const result = body.entries.find((entry) => entry.key === 'result');
  return {
    kind: 'call',
    name,
    nameRange: node.range,
    args: args ? parseArguments(args.value, problems) : undefined,
    result: result ? parseVariable(result.value, 'result', problems) : undefined,
  };
}

function parseArguments(node: DataNode, problems: Problems): CallArguments | undefined {
  if (node.kind === 'map') {
    const entries = node.entries.map((entry) => ({ name: entry.key, nameRange: entry.keyNode.range, value: parseTemplate(entry.value, problems) }));
    return { kind: 'named', entries, range: node.range };
  }
  if (node.kind === 'list') return { kind: 'positional', items: node.items.map((item) => parseTemplate(item, problems)), range: node.range };
  if (node.value !== null) problems.error('call/args', node.range, `"args" should be a map of names, or a list in the order of the parameters, found ${describe(node)}.`);
  return undefined;
}

function parseConditions(node: DataNode, problems: Problems): Condition[] {
  if (node.kind !== 'list' || node.items.length === 0) {
    problems.error('switch/shape', node.range, `"switch" should be a list of "- condition:" items, found ${node.kind === 'list' ? 'an empty list' : describe(node)}.`);
    return [];
  }
  const extra = node.items[limits.conditions];
  if (extra) problems.error('switch/too-many', extra.range, `A switch may have ${limits.conditions} conditions at most; this one has ${node.items.length}.`);
  const conditions: Condition[] = [];
  for (const item of node.items) {
    const condition = item.kind === 'map' ? item.entries.find((entry) => entry.key === 'condition') : undefined;
    if (!condition || item.kind !== 'map') {
      problems.error('switch/condition', item.range, `Each item of a switch needs "condition", found ${describe(item)}${item.kind === 'map' ? ' without it' : ''}.`);
      continue;
    }
    const template = parseTemplate(condition.value, problems);
    if (template.kind === 'constant' && !(template.node.kind === 'scalar' && typeof template.node.value === 'boolean')) {
      problems.error('switch/condition', condition.value.range, `A condition is true, false or an expression \${…}, found ${describe(template.node)}.`);
    }
    conditions.push({ condition: template, keyRange: condition.keyNode.range, body: parseBody(item, 'The condition', problems, ['condition']), range: item.range });
  }
  return conditions;
}

/** Reports keys that a map may not have. */
function checkKeys(node: MapNode, allowed: readonly KeyDescription[], what: string, problems: Problems): void {
  const names = allowed.map((key) => key.name);
  for (const entry of node.entries) {
    if (names.includes(entry.key)) continue;
    problems.misspelt('step/unknown-key', entry.keyNode.range, `${what} has no key "${entry.key}".`, entry.key, names);
  }
}

function value(node: MapNode, key: string): DataNode | undefined {
  return node.entries.find((entry) => entry.key === key)?.value;
}

function parseLoop(node: DataNode, keyRange: Range, problems: Problems): Loop {
  if (node.kind !== 'map') {
    problems.error('for/shape', node.range, `"for" should be a map of "value", "in" or "range", and "steps", found ${describe(node)}.`);
    return { value: undefined, index: undefined, source: undefined, steps: [], range: node.range };
  }
  checkKeys(node, loopKeys, 'A for loop', problems);
  const variable = value(node, 'value');
  const index = value(node, 'index');
  const inNode = value(node, 'in');
  const rangeNode = value(node, 'range');
  const steps = value(node, 'steps');
  if (!variable) problems.error('for/value', keyRange, 'A for loop needs "value", the variable for the current item.');
  if (inNode && rangeNode) problems.error('for/source', rangeNode.range, 'A for loop takes "in" or "range", not both.');
  if (!inNode && !rangeNode) problems.error('for/source', keyRange, 'A for loop needs "in" with a list, or "range" with two numbers.');
  if (!steps) problems.error('for/steps', keyRange, 'A for loop needs "steps".');
  const source = inNode ?? rangeNode;
  const template = source ? parseTemplate(source, problems) : undefined;
  if (template && template.kind !== 'expression' && template.node.kind !== 'list') {
    problems.error('for/source', template.node.range, `"${inNode ? 'in' : 'range'}" takes a list${inNode ? '' : ' of two numbers'} or an expression, found ${describe(template.node)}.`);
  }
  const listNode = template && template.kind !== 'expression' ? template.node : undefined;
  if (!inNode && listNode?.kind === 'list' && listNode.items.length !== 2) {
    problems.error('for/source', listNode.range, `"range" takes two numbers, first and last, found ${listNode.items.length}.`);
  }
  for (const item of !inNode && listNode?.kind === 'list' ? listNode.items : []) {
    if (item.kind === 'scalar' && (typeof item.value === 'bigint' || typeof item.value === 'number' || isExpression(item))) continue;
    problems.warning('for/source', item.range, `"range" takes two numbers, first and last, or expressions, found ${describe(item)}: this loop raises a TypeError.`);
  }
  return {
    value: variable ? parseVariable(variable, 'value', problems) : undefined,
    index: index ? parseVariable(index, 'index', problems) : undefined,
    source: template ? { kind: inNode ? 'in' : 'range', template } : undefined,
    steps: steps ? parseSteps(steps, problems) : [],
    range: node.range,
  };
}

function parseParallel(node: DataNode, keyRange: Range, problems: Problems): Action {
  if (node.kind !== 'map') {
    problems.error('parallel/shape', node.range, `"parallel" should be a map with "branches" or "for", found ${describe(node)}.`);
    return { kind: 'parallel', shared: [], concurrencyLimit: undefined, work: undefined };
  }
  checkKeys(node, parallelKeys, 'A parallel step', problems);
  const branches = value(node, 'branches');
  const loop = value(node, 'for');
  const shared = value(node, 'shared');
  const limit = value(node, 'concurrency_limit');
  const policy = value(node, 'exception_policy');
  if (branches && loop) problems.error('parallel/work', loop.range, 'A parallel step takes "branches" or "for", not both.');
  if (!branches && !loop) problems.error('parallel/work', keyRange, 'A parallel step needs "branches" or "for".');
  if (policy && !(policy.kind === 'scalar' && policy.value === 'continueAll')) {
    problems.error('parallel/exception-policy', policy.range, `"exception_policy" takes continueAll only, found ${describe(policy)}.`);
  }
  const names: VariableName[] = [];
  if (shared && shared.kind !== 'list') problems.error('parallel/shared', shared.range, `"shared" should be a list of variable names, found ${describe(shared)}.`);
  for (const item of shared?.kind === 'list' ? shared.items : []) {
    const name = parseVariable(item, 'shared', problems);
    if (name) names.push(name);
  }
  const concurrencyLimit = limit ? parseTemplate(limit, problems) : undefined;
  if (concurrencyLimit?.kind === 'constant') {
    const constant = concurrencyLimit.node;
    if (constant.kind !== 'scalar' || typeof constant.value !== 'bigint' || constant.value < 1n) {
      problems.error('parallel/concurrency-limit', constant.range, '"concurrency_limit" takes a whole number of at least 1, or an expression.');
    }
  }
  const work = branches
    ? ({ kind: 'branches', branches: parseBranches(branches, problems) } as const)
    : loop
      ? ({ kind: 'for', loop: parseLoop(loop, keyRange, problems) } as const)
      : undefined;
  return { kind: 'parallel', shared: names, concurrencyLimit, work };
}

function parseBranches(node: DataNode, problems: Problems): Branch[] {
  if (node.kind !== 'list' || node.items.length === 0) {
    problems.error('parallel/branches', node.range, `"branches" should be a list of "- name:" items with steps, found ${node.kind === 'list' ? 'an empty list' : describe(node)}.`);
    return [];
  }
  const extra = node.items[limits.branches];
  if (extra) problems.error('parallel/too-many-branches', extra.range, `A parallel step may have ${limits.branches} branches at most; this one has ${node.items.length}.`);
  const branches: Branch[] = [];
  for (const item of node.items) {
    const entry = singleEntry(item, 'parallel/branches', 'A branch is one "name:" with its steps', problems);
    if (!entry) continue;
    if (entry.value.kind !== 'map') {
      problems.error('parallel/branches', entry.keyNode.range, `The branch "${entry.key}" should have "steps", found ${describe(entry.value)}.`);
      continue;
    }
    const body = parseBody(entry.value, `The branch "${entry.key}"`, problems, []);
    branches.push({ name: entry.key, nameRange: entry.keyNode.range, range: entry.range, body });
  }
  return branches;
}

function parseTry(node: DataNode, keyRange: Range, body: MapNode, problems: Problems): Action {
  const retry = body.entries.find((entry) => entry.key === 'retry');
  const except = body.entries.find((entry) => entry.key === 'except');
  if (!retry && !except) problems.warning('try/pointless', keyRange, 'This try has neither "retry" nor "except": it changes nothing.');
  let tried: Body;
  if (node.kind === 'map') {
    tried = parseBody(node, 'The try', problems, []);
    if (tried.action?.kind === 'for') {
      problems.error('try/for', tried.firstKeyRange, 'A "for" cannot stand directly in a "try" (Google\'s service says "loop step name should not be empty"): put it into "steps" as a step with a name.');
    }
  } else {
    if (node.kind !== 'list') problems.error('try/shape', node.range, `"try" should hold a call or "steps", found ${describe(node)}.`);
    const steps = node.kind === 'list' ? parseSteps(node, problems) : [];
    tried = { action: { kind: 'steps', steps }, next: undefined, range: node.range, firstKeyRange: keyRange };
  }
  return {
    kind: 'try',
    body: tried,
    retry: retry ? { policy: parseRetry(retry.value, problems), range: retry.range } : undefined,
    except: except ? parseExcept(except.value, except.range, except.keyNode.range, problems) : undefined,
  };
}

function parseExcept(node: DataNode, range: Range, keyRange: Range, problems: Problems): Except {
  if (node.kind !== 'map') {
    problems.error('except/shape', keyRange, `"except" should be a map of "as" and "steps", found ${describe(node)}.`);
    return { as: undefined, steps: [], range };
  }
  checkKeys(node, exceptKeys, 'An except', problems);
  const as = value(node, 'as');
  const steps = value(node, 'steps');
  return { as: as ? parseVariable(as, 'as', problems) : undefined, steps: steps ? parseSteps(steps, problems) : [], range };
}

function parseRetry(node: DataNode, problems: Problems): ReturnType<typeof parseTemplate> {
  const policy = parseTemplate(node, problems);
  if (policy.kind === 'expression') return policy;
  if (policy.node.kind !== 'map') {
    problems.error('retry/shape', policy.node.range, `"retry" takes a policy such as \${http.default_retry}, or a map of "predicate", "max_retries" and "backoff", found ${describe(policy.node)}.`);
    return policy;
  }
  checkKeys(policy.node, retryKeys, 'A retry policy', problems);
  const predicate = value(policy.node, 'predicate');
  // Null and strings of the form ${…} are left to the run.
  if (predicate && (predicate.kind !== 'scalar' || (predicate.value !== null && !isExpression(predicate)))) {
    problems.error('retry/value', predicate.range, `"predicate" takes an expression that names a function, such as \${http.default_retry_predicate}, found ${describe(predicate)}.`);
  }
  checkNumber(policy.node, 'max_retries', problems);
  const backoff = value(policy.node, 'backoff');
  if (backoff?.kind === 'map') {
    checkKeys(backoff, backoffKeys, 'A backoff', problems);
    for (const key of backoffKeys) checkNumber(backoff, key.name, problems);
  } else if (backoff && !isExpression(backoff) && !(backoff.kind === 'scalar' && backoff.value === null)) {
    problems.error('retry/value', backoff.range, `"backoff" should be a map of "initial_delay", "max_delay" and "multiplier", found ${describe(backoff)}.`);
  }
  return policy;
}

function isExpression(node: DataNode): boolean {
  return node.kind === 'scalar' && typeof node.value === 'string' && node.value.includes('${');
}

function checkNumber(node: MapNode, key: string, problems: Problems): void {
  const found = value(node, key);
  if (!found || isExpression(found) || (found.kind === 'scalar' && found.value === null)) return;
  const number = found.kind === 'scalar' && (typeof found.value === 'bigint' || typeof found.value === 'number') ? found.value : undefined;
  if (number === undefined) problems.error('retry/value', found.range, `"${key}" takes a number, found ${describe(found)}.`);
  else if (number < 0) problems.error('retry/value', found.range, `"${key}" must not be negative, found ${number}.`);
}
