import { nearest } from '../../execution/nearest.ts';
import type { Problem } from '../../source/problem.ts';
import { standardWrappers, type FlowDocument, type FlowReference, type ReferenceType } from './flow.ts';

/** The names there are; of a type that is not in it nothing is known, and so nothing is reported. */
export type KnownNames = ReadonlyMap<ReferenceType, ReadonlySet<string>>;

/** What is wrong with a flow beyond Python's own syntax. */
export function flowProblems(flow: FlowDocument, known: KnownNames): Problem[] {
  return [...handlerProblems(flow), ...flow.references.flatMap((reference) => unknownName(reference, known)), ...flow.deprecated.map(deprecatedUse)];
}

function handlerProblems({ handler }: FlowDocument): Problem[] {
  if (!handler || (handler.parameters.length >= 1 && handler.parameters.length <= 3)) return [];
  const message = `handler takes system, this and inputs; found ${handler.parameters.length === 0 ? 'no parameters' : `${handler.parameters.length} parameters`}.`;
  return [{ code: 'flow/handler-parameters', severity: 'error', message, range: handler.nameRange }];
}

function unknownName({ type, name, range, mayBeMissing }: FlowReference, known: KnownNames): Problem[] {
  const names = known.get(type);
  if (!names || mayBeMissing || name === '' || names.has(name) || (type === 'wrapper' && standardWrappers.includes(name))) return [];
  const meant = nearest(name, names);
  const fixes = meant === undefined ? [] : [{ title: `Change to ${JSON.stringify(meant)}`, edits: [{ range, newText: meant }] }];
  const message = `There is no ${type} ${JSON.stringify(name)} in the workspace${meant === undefined ? '.' : `; did you mean ${JSON.stringify(meant)}?`}`;
  return [{ code: `flow/unknown-${type}`, severity: 'warning', message, range, fixes }];
}

function deprecatedUse({ method, instead, range }: FlowDocument['deprecated'][number]): Problem {
  // Only a method of the same object can be put in its place.
  const fixes = /^\w+$/.test(instead) ? [{ title: `Change to ${instead}`, edits: [{ range, newText: instead }] }] : [];
  return { code: 'flow/deprecated', severity: 'hint', message: `${method} is deprecated: use ${instead}.`, range, fixes };
}
