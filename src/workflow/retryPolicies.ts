import { dottedName } from './expression/ast.ts';
import { libraryValues } from './library/index.ts';
import type { Problems } from './problems.ts';
import type { Resolution } from './scopes.ts';
import type { Template } from './syntax.ts';

/**
 * Warns of a retry that will fail with a TypeError at the first error, which may be long after it was deployed: a policy
 * of the library where its predicate is meant, the other way round, or a subworkflow that cannot judge an error.
 */
export function checkRetry(policy: Template, references: Resolution['references'], problems: Problems): void {
  if (policy.kind === 'expression') {
    const value = libraryValueOf(policy, references);
    if (value?.type === 'function') {
      problems.warning('retry/value', policy.expression.range, `"${value.name}" is a predicate, not a policy: put it under "retry" as "predicate".`);
    }
    return;
  }
  const predicate = policy.kind === 'map' ? policy.entries.find((entry) => entry.key === 'predicate')?.value : undefined;
  if (predicate?.kind !== 'expression') return;
  const { range } = predicate.expression;
  const value = libraryValueOf(predicate, references);
  if (value?.type === 'map') {
    problems.warning('retry/value', range, `"${value.name}" is a whole policy, not a predicate: write "retry: \${${value.name}}", or name a function here, such as \${http.default_retry_predicate}.`);
  }
  const reference = references.get(predicate.expression);
  if (reference?.kind !== 'routine') return;
  const { name, params } = reference.routine;
  const required = params.filter((param) => param.defaultValue === undefined).length;
  if (params.length === 0 || required > 1) {
    problems.warning('retry/value', range, `A predicate is called with the error as its only argument; the subworkflow "${name}" ${params.length === 0 ? 'takes none' : `needs ${required}`}.`);
  }
}

function libraryValueOf(template: Template & { kind: 'expression' }, references: Resolution['references']) {
  const reference = references.get(template.expression);
  const name = reference?.kind === 'library' ? dottedName(template.expression) : undefined;
  return name === undefined ? undefined : libraryValues.get(name);
}
