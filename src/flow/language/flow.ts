import type { SyntaxNode } from '@lezer/common';
import type { Range } from '../../source/text.ts';
import { deprecatedArguments, deprecatedException, deprecatedHandler, deprecatedMethods, type DeprecatedUse } from './deprecated.ts';
import { methodCall, parsePython, plainString, rangeOf, type PythonCall, type PythonText } from './syntax.ts';

/** What a name in a flow stands for. */
export const referenceTypes = ['flow', 'connector', 'setting', 'file', 'schema', 'schedule', 'webhook', 'wrapper'] as const;
export type ReferenceType = (typeof referenceTypes)[number];

export interface FlowReference {
  readonly type: ReferenceType;
  readonly name: string;
  /** Of the name, between its quotes. */
  readonly range: Range;
  /** The flow itself may make what it names, or asks whether it is there: a missing one is no mistake. */
  readonly mayBeMissing: boolean;
}

export interface FlowHandler {
  /** Of the name `handler`. */
  readonly nameRange: Range;
  readonly parameters: readonly string[];
}

/** What the language features know of a flow's text. */
export interface FlowDocument {
  readonly handler: FlowHandler | undefined;
  readonly references: readonly FlowReference[];
  readonly deprecated: readonly DeprecatedUse[];
}

/** `system.<method>(name)` gives a record. */
const recordMethods: ReadonlyMap<string, ReferenceType> = new Map([
  ['flow', 'flow'],
  ['connector', 'connector'],
  ['connection', 'connector'],
  ['setting', 'setting'],
  ['file', 'file'],
  ['schema', 'schema'],
  ['schedule', 'schedule'],
  ['webhook', 'webhook'],
  ['wrapper', 'wrapper'],
]);

/** `this.<method>(name)` starts something. */
const startMethods: ReadonlyMap<string, ReferenceType> = new Map([
  ['flow', 'flow'],
  ['connect', 'connector'],
  ['using', 'wrapper'],
]);

/** Keywords that name a record wherever they are given. */
const nameKeywords: ReadonlyMap<string, ReferenceType> = new Map([
  ['flow_name', 'flow'],
  ['connector_name', 'connector'],
  ['wrapper_name', 'wrapper'],
  ['schedule_name', 'schedule'],
]);

/** What is called on a record that need not exist. */
const makingMethods = new Set(['save', 'exists', 'delete', 'acquire', 'release', 'save_text_content', 'save_bytes_content', 'save_base64_content']);

/**
 * What a name would stand for that is being written at an offset, and the range of what is written of it; undefined
 * where no name is. Looks at the line only: a string that is not closed yet makes a tree of little use.
 */
export function referenceAt(text: string, offset: number): Pick<FlowReference, 'type' | 'range'> | undefined {
  const before = text.slice(Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - lineLimit), offset);
  const keyword = /\b(\w+_name)\s*=\s*(['"])([^'"]*)$/.exec(before);
  const call = /(\b\w+|\))\s*\.\s*(\w+)\(\s*(?:(?:select|name)\s*=\s*)?(['"])([^'"]*)$/.exec(before);
  const [type, quote, written] = keyword
    ? [nameKeywords.get(keyword[1]!), keyword[2], keyword[3]]
    : call
      ? [call[1] === 'system' ? recordMethods.get(call[2]!) : startMethods.get(call[2]!), call[3], call[4]]
      : [];
  if (type === undefined || written === undefined || quote === undefined) return undefined;
  const after = /^[^'"\n]*/.exec(text.slice(offset, offset + lineLimit))![0];
  const closed = text[offset + after.length] === quote;
  return { type, range: { start: offset - written.length, end: closed ? offset + after.length : offset } };
}

/** Characters of a line that are looked at, each way. */
const lineLimit = 1000;

/** The name at an offset, and what it stands for. */
export function referenceNamed(flow: FlowDocument, offset: number): FlowReference | undefined {
  return flow.references.find(({ range }) => range.start <= offset && offset <= range.end);
}

/** The wrappers that are always there (cloudomation 7). */
export const standardWrappers: readonly string[] = ['cache', 'check', 'interactive', 'notify', 'retry', 'timeout', 'validate'];

/**
 * Whether a Python text is a flow: it has a function `handler` at its top whose parameters are `system` and `this`, or
 * `c` alone as in 2018, or which takes one to three and belongs to a text that imports `flow_api`. Other systems have
 * handlers too.
 */
export function isFlow(text: string): boolean {
  if (!/^def handler\b/m.test(text)) return false;
  const parameters = findHandler(parsePython(text))?.parameters;
  if (!parameters || parameters.length === 0 || parameters.length > 3) return false;
  return (parameters[0] === 'system' && parameters[1] === 'this') || (parameters[0] === 'c' && parameters.length === 1) || /^\s*(import flow_api|from flow_api\b)/m.test(text);
}

export function readFlow(text: string): FlowDocument {
  const python = parsePython(text);
  const handler = findHandler(python);
  const references: FlowReference[] = [];
  const deprecated: DeprecatedUse[] = handler?.parameters.length === 1 ? [{ ...deprecatedHandler, range: handler.nameRange }] : [];
  const [first = 'system', second = first] = handler?.parameters ?? [];
  const names = { system: new Set(['system', first]), self: new Set(['this', second]) };
  python.tree.iterate({
    enter: ({ name, node }) => {
      const exception = oldException(text, node);
      // An import cannot be changed without what uses its name.
      if (exception) deprecated.push({ ...deprecatedException, ...(exception.parent?.name === 'ImportStatement' && { instead: 'EngineException of flow_api' }), range: rangeOf(exception) });
      if (name !== 'CallExpression') return;
      references.push(...keywordReferences(python, node));
      const call = methodCall(python, node);
      const receiver = call && text.slice(call.receiver.from, call.receiver.to);
      if (!call || receiver === undefined) return;
      const isSelf = names.self.has(receiver) || isWrapped(python, call.receiver);
      const type = names.system.has(receiver) ? recordMethods.get(call.method) : isSelf ? startMethods.get(call.method) : undefined;
      const reference = type && referenceOf(python, type, call, isSelf);
      if (reference) references.push(reference);
      const outdated = deprecatedMethods.find(({ on, method }) => names[on].has(receiver) && method === call.method);
      if (outdated) deprecated.push({ ...outdated, range: call.methodRange });
      const argument = deprecatedArguments.find((one) => names.system.has(receiver) && one.of === call.method && one.names.some((given) => call.named.has(given)));
      if (argument) deprecated.push({ ...argument, range: call.methodRange });
    },
  });
  return { handler, references, deprecated };
}

/** The name `CloudomationException` where it certainly is that of `flow_api`: behind the module, or imported from it. */
function oldException(text: string, node: SyntaxNode): SyntaxNode | undefined {
  if (node.name !== 'PropertyName' && node.name !== 'VariableName') return undefined;
  if (text.slice(node.from, node.to) !== deprecatedException.method || !node.parent) return undefined;
  const { name, from } = node.parent;
  const before = text.slice(from, node.from);
  if (name === 'MemberExpression') return /^flow_api\.(exceptions\.)?$/.test(before) ? node : undefined;
  return name === 'ImportStatement' && /^from\s+flow_api(\.exceptions)?\s+import\b/.test(before) ? node : undefined;
}

function findHandler({ text, tree }: PythonText): FlowHandler | undefined {
  let found: FlowHandler | undefined;
  for (let node = tree.topNode.firstChild; node; node = node.nextSibling) {
    const definition = node.name === 'DecoratedStatement' ? node.getChild('FunctionDefinition') : node;
    const name = definition?.name === 'FunctionDefinition' ? definition.getChild('VariableName') : null;
    const list = definition?.getChild('ParamList');
    // The last definition is the one that Python keeps.
    if (name && list && text.slice(name.from, name.to) === 'handler') found = { nameRange: rangeOf(name), parameters: parametersOf(text, list) };
  }
  return found;
}

function parametersOf(text: string, list: SyntaxNode): string[] {
  // Values of defaults are names too, but stand behind `=`.
  return list.getChildren('VariableName').flatMap((name) => (name.prevSibling?.name === 'AssignOp' ? [] : [text.slice(name.from, name.to)]));
}

/** `this.using('retry')` is `this` with a wrapper. */
function isWrapped(python: PythonText, receiver: SyntaxNode): boolean {
  return methodCall(python, receiver)?.method === 'using';
}

function referenceOf(python: PythonText, type: ReferenceType, call: PythonCall, starts: boolean): FlowReference | undefined {
  const by = plainString(python, call.named.get('by'))?.value ?? 'name';
  const string = plainString(python, call.positional[0] ?? call.named.get('select') ?? call.named.get('name'));
  // Something that is given with its type needs no connector.
  if (!string || by !== 'name' || call.named.has('connector_type')) return undefined;
  return { type, name: string.value.trim(), range: string.range, mayBeMissing: !starts && mayBeMissing(python, call) };
}

/** Whether something that makes the record, or asks for it, follows directly; kept in a variable, anything may follow. */
function mayBeMissing(python: PythonText, { node }: PythonCall): boolean {
  const property = node.parent?.name === 'MemberExpression' ? node.parent.getChild('PropertyName') : null;
  return property === null || makingMethods.has(python.text.slice(property.from, property.to));
}

function keywordReferences(python: PythonText, node: SyntaxNode): FlowReference[] {
  const list = node.getChild('ArgList');
  if (!list) return [];
  const found: FlowReference[] = [];
  for (let child = list.firstChild; child; child = child.nextSibling) {
    const type = child.name === 'VariableName' && child.nextSibling?.name === 'AssignOp' ? nameKeywords.get(python.text.slice(child.from, child.to)) : undefined;
    const string = type && plainString(python, child.nextSibling?.nextSibling);
    if (type && string) found.push({ type, name: string.value.trim(), range: string.range, mayBeMissing: false });
  }
  return found;
}
