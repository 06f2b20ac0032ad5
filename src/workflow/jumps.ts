import type { Problems } from './problems.ts';
import type { Jump, Step } from './syntax.ts';

const keywords: ReadonlySet<string> = new Set(['end', 'break', 'continue']);

/** The step lists around a place, innermost first, and what may be left from there (google-workflows 1.13). */
export class JumpScope {
  readonly steps: readonly Step[];
  readonly parent: JumpScope | undefined;
  readonly kind: 'routine' | 'block' | 'loop' | 'branch' | 'parallel loop';

  constructor(steps: readonly Step[], parent: JumpScope | undefined, kind: JumpScope['kind']) {
    this.steps = steps;
    this.parent = parent;
    this.kind = kind;
  }

  inner(steps: readonly Step[], kind: JumpScope['kind']): JumpScope {
    return new JumpScope(steps, this, kind);
  }

  /** Branches and parallel iterations cannot be left by a jump. */
  get closed(): boolean {
    return this.kind === 'branch' || this.kind === 'parallel loop';
  }
}

/** The step that a jump goes to; undefined for the keywords and, with a problem, for targets that cannot be reached. */
export function resolveJump(jump: Jump, from: JumpScope, problems: Problems): Step | undefined {
  const { target } = jump;
  if (keywords.has(target) && stepAround(from, target)) {
    problems.hint('next/keyword', jump.range, `"next: ${target}" means the keyword here as everywhere: it does not go to the step "${target}".`);
  }
  if (target === 'end') return undefined;
  if (target === 'break' || target === 'continue') {
    const loop = enclosingLoop(from);
    if (!loop) problems.error('next/outside-loop', jump.range, `"next: ${target}" needs a for loop around it.`);
    else if (target === 'break' && loop === 'parallel loop') {
      problems.error('next/break-parallel', jump.range, 'A parallel loop cannot be left by "next: break": its iterations run at the same time.');
    }
    return undefined;
  }
  const names: string[] = [];
  for (let scope: JumpScope | undefined = from; scope; scope = scope.parent) {
    const found = scope.steps.find((step) => step.name === target);
    if (found) return found;
    names.push(...scope.steps.map((step) => step.name));
    if (!scope.closed) continue;
    const outside = stepAround(scope.parent, target);
    if (outside) {
      problems.error('next/out-of-branch', jump.range, `The step "${target}" is outside this parallel branch; a branch cannot jump out.`);
      return undefined;
    }
    break;
  }
  const candidates = [...names, 'end', ...(enclosingLoop(from) ? ['continue', 'break'] : [])];
  problems.misspelt('next/undefined', jump.range, `No step "${target}" stands in this list or one around it.`, target, candidates);
  return undefined;
}

function enclosingLoop(from: JumpScope): 'loop' | 'parallel loop' | undefined {
  for (let scope: JumpScope | undefined = from; scope; scope = scope.parent) {
    if (scope.kind === 'loop' || scope.kind === 'parallel loop') return scope.kind;
    if (scope.kind === 'branch') return undefined;
  }
  return undefined;
}

function stepAround(from: JumpScope | undefined, target: string): Step | undefined {
  for (let scope = from; scope; scope = scope.parent) {
    const found = scope.steps.find((step) => step.name === target);
    if (found) return found;
  }
  return undefined;
}
