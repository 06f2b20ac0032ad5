import type { Range } from '../source/text.ts';
import { childrenOf, dottedName, type Expression } from './expression/ast.ts';
import { functions, libraryValues } from './library/index.ts';
import { JumpScope, resolveJump } from './jumps.ts';
import type { Problems } from './problems.ts';
import { checkRetry } from './retryPolicies.ts';
import { limits } from './stepKinds.ts';
import type { Assignment, Body, Jump, Loop, ParallelAction, Routine, Step, Target, Template, VariableName, Workflow } from './syntax.ts';

/**
 * Static scopes (google-workflows 1.14). A routine has one scope; a `for` body, an `except` body, a parallel branch
 * and a parallel iteration open their own. A name assigned in an inner scope is the outer variable where an outer
 * scope knows it, else a local of the inner one.
 */
export interface Scope {
  readonly kind: 'routine' | 'for' | 'except' | 'branch';
  readonly parent: Scope | undefined;
  readonly variables: Map<string, Variable>;
  /** The routine or branch scope in whose frame the variables live. */
  readonly owner: Scope;
  /** Of an owner: how many slots a frame needs. */
  slots: number;
  /** Of a branch: names it may write although they are outside. */
  readonly shared: ReadonlySet<string>;
  readonly range: Range;
}

export interface Variable {
  readonly name: string;
  readonly kind: 'parameter' | 'variable' | 'loop' | 'error';
  readonly scope: Scope;
  /** Index in the owner's frame. */
  readonly slot: number;
  readonly declaredAt: Range;
}

/** What a name (or a dotted path of names) in an expression stands for. */
export type Reference =
  | { readonly kind: 'variable'; readonly variable: Variable }
  /** A value or function of the standard library, such as `http.default_retry`. */
  | { readonly kind: 'library'; readonly name: string }
  | { readonly kind: 'routine'; readonly routine: Routine };

export interface Resolution {
  /** Keyed by the name node, or by the member node that completes a library name. */
  readonly references: ReadonlyMap<Expression, Reference>;
  /** Of assignment targets, `result`, `value`, `index`, `as`, `shared` and parameters. */
  readonly declarations: ReadonlyMap<object, Variable>;
  readonly jumps: ReadonlyMap<Jump, Step>;
  /** The scope in which a step runs. */
  readonly scopes: ReadonlyMap<Step, Scope>;
  readonly routineScopes: ReadonlyMap<Routine, Scope>;
  /** The scopes that loops, excepts and branches open, by their syntax node. */
  readonly innerScopes: ReadonlyMap<object, Scope>;
}

export function lookup(scope: Scope | undefined, name: string): Variable | undefined {
  for (let at = scope; at; at = at.parent) {
    const found = at.variables.get(name);
    if (found) return found;
  }
  return undefined;
}

/** Every variable visible in a scope, innermost first. */
export function visibleVariables(scope: Scope): Variable[] {
  const found = new Map<string, Variable>();
  for (let at: Scope | undefined = scope; at; at = at.parent) {
    for (const variable of at.variables.values()) if (!found.has(variable.name)) found.set(variable.name, variable);
  }
  return [...found.values()];
}

/** Resolves all names and jumps and reports those that mean nothing. */
export function resolveNames(workflow: Workflow, problems: Problems): Resolution {
  return new Resolver(workflow, problems).resolve();
}

class Resolver implements Resolution {
  readonly references = new Map<Expression, Reference>();
  readonly declarations = new Map<object, Variable>();
  readonly jumps = new Map<Jump, Step>();
  readonly scopes = new Map<Step, Scope>();
  readonly routineScopes = new Map<Routine, Scope>();
  readonly innerScopes = new Map<object, Scope>();
  readonly #workflow: Workflow;
  readonly #routines: ReadonlyMap<string, Routine>;
  readonly #problems: Problems;
  /** Names declared anywhere in the routine at hand, to tell "out of scope" from "unknown". */
  #everDeclared = new Map<string, Variable>();

  constructor(workflow: Workflow, problems: Problems) {
    this.#workflow = workflow;
    this.#problems = problems;
    this.#routines = new Map(workflow.routines.map((routine) => [routine.name, routine]));
  }

  resolve(): Resolution {
    for (const routine of this.#workflow.routines) {
      this.#everDeclared = new Map();
      const scope = this.#scope('routine', undefined, routine.range);
      this.routineScopes.set(routine, scope);
      for (const param of routine.params) this.declarations.set(param, this.#declare(scope, param.name, 'parameter', param.range));
      this.#declareSteps(routine.steps, scope);
      for (const param of routine.params) if (param.defaultValue) this.#template(param.defaultValue, scope);
      this.#useSteps(routine.steps, scope, new JumpScope(routine.steps, undefined, 'routine'), 0);
    }
    return this;
  }

  // First pass: what is declared where.

  #scope(kind: Scope['kind'], parent: Scope | undefined, range: Range, shared: ReadonlySet<string> = new Set()): Scope {
    const scope = { kind, parent, range, shared, variables: new Map<string, Variable>(), slots: 0 } as Omit<Scope, 'owner'> & { owner: Scope };
    scope.owner = kind === 'routine' || kind === 'branch' || !parent ? scope : parent.owner;
    return scope;
  }

  #declare(scope: Scope, name: string, kind: Variable['kind'], range: Range): Variable {
    const existing = scope.variables.get(name);
    if (existing) return existing;
    const variable: Variable = { name, kind, scope, slot: scope.owner.slots++, declaredAt: range };
    scope.variables.set(name, variable);
    if (!this.#everDeclared.has(name)) this.#everDeclared.set(name, variable);
    return variable;
  }

  #declareSteps(steps: readonly Step[], scope: Scope): void {
    const inner: (() => void)[] = [];
    for (const step of steps) this.#declareStep(step, scope, inner);
    for (const later of inner) later();
  }

  #declareStep(step: Step, scope: Scope, inner: (() => void)[]): void {
    this.scopes.set(step, scope);
    this.#declareBody(step.body, scope, inner);
  }

  /** Inner scopes are declared after the whole outer one, because the outer one's names are theirs too. */
  #declareBody(body: Body, scope: Scope, inner: (() => void)[]): void {
    const { action } = body;
    switch (action?.kind) {
      case 'assign':
        for (const item of action.items) this.#assigned(scope, item.target, item.target.name, item.target.nameRange);
        break;
      case 'call':
        if (action.result) this.#assigned(scope, action.result, action.result.name, action.result.range);
        break;
      case 'switch':
        for (const condition of action.conditions) this.#declareBody(condition.body, scope, inner);
        break;
      case 'steps':
        for (const step of action.steps) this.#declareStep(step, scope, inner);
        break;
      case 'try': {
        this.#declareBody(action.body, scope, inner);
        const { except } = action;
        if (except) {
          inner.push(() => {
            const own = this.#open('except', scope, except, except.range);
            if (except.as) this.declarations.set(except.as, this.#declare(own, except.as.name, 'error', except.as.range));
            this.#declareSteps(except.steps, own);
          });
        }
        break;
      }
      case 'for':
        inner.push(() => this.#declareLoop(action.loop, this.#open('for', scope, action.loop, action.loop.range)));
        break;
      case 'parallel':
        inner.push(() => this.#declareParallel(action, scope));
        break;
      default:
    }
  }

  #declareParallel(action: ParallelAction, scope: Scope): void {
    const shared = new Set(action.shared.map((name) => name.name));
    if (action.work?.kind === 'for') {
      const { loop } = action.work;
      this.#declareLoop(loop, this.#open('branch', scope, loop, loop.range, shared));
    }
    for (const branch of action.work?.kind === 'branches' ? action.work.branches : []) {
      const own = this.#open('branch', scope, branch, branch.range, shared);
      const inner: (() => void)[] = [];
      this.#declareBody(branch.body, own, inner);
      for (const later of inner) later();
    }
  }

  #declareLoop(loop: Loop, scope: Scope): void {
    for (const name of [loop.value, loop.index]) {
      if (name) this.declarations.set(name, this.#declare(scope, name.name, 'loop', name.range));
    }
    this.#declareSteps(loop.steps, scope);
  }

  #open(kind: Scope['kind'], parent: Scope, node: object, range: Range, shared?: ReadonlySet<string>): Scope {
    const scope = this.#scope(kind, parent, range, shared);
    this.innerScopes.set(node, scope);
    return scope;
  }

  #assigned(scope: Scope, node: Target | VariableName, name: string, range: Range): void {
    const known = lookup(scope, name);
    if (known && this.#reaches(scope, known, range)) {
      this.declarations.set(node, known);
    } else {
      this.declarations.set(node, this.#declare(scope, name, 'variable', range));
    }
  }

  /** Reports the write of an outer variable that a branch does not share; false where the name is the branch's own. */
  #reaches(from: Scope, variable: Variable, range: Range): boolean {
    for (let scope: Scope | undefined = from; scope && scope !== variable.scope; scope = scope.parent) {
      if (scope.kind !== 'branch' || scope.shared.has(variable.name)) continue;
      // A name that the outer scope gets only after the parallel step is not yet its variable here.
      if (variable.kind === 'variable' && variable.declaredAt.start > scope.range.end) return false;
      this.#problems.error('scope/unshared-write', range, `"${variable.name}" belongs to the steps around this parallel step; list it under "shared" to write it here.`);
    }
    return true;
  }

  // Second pass: what is used.

  #useSteps(steps: readonly Step[], scope: Scope, jumps: JumpScope, nesting: number): void {
    for (const step of steps) this.#useBody(step.body, scope, jumps, nesting);
  }

  #useBody(body: Body, scope: Scope, jumps: JumpScope, nesting: number): void {
    const { action } = body;
    switch (action?.kind) {
      case 'assign':
        for (const item of action.items) this.#useAssignment(item, scope);
        break;
      case 'call':
        if (action.args?.kind === 'named') for (const entry of action.args.entries) this.#template(entry.value, scope);
        if (action.args?.kind === 'positional') for (const item of action.args.items) this.#template(item, scope);
        break;
      case 'switch':
        for (const condition of action.conditions) {
          this.#template(condition.condition, scope);
          this.#useBody(condition.body, scope, jumps, nesting);
        }
        break;
      case 'steps':
        this.#useSteps(action.steps, scope, jumps.inner(action.steps, 'block'), nesting);
        break;
      case 'try':
        this.#useBody(action.body, scope, jumps, nesting);
        if (action.retry) {
          this.#template(action.retry.policy, scope);
          checkRetry(action.retry.policy, this.references, this.#problems);
        }
        if (action.except) this.#useSteps(action.except.steps, this.#inner(action.except), jumps.inner(action.except.steps, 'block'), nesting);
        break;
      case 'for':
        this.#useLoop(action.loop, scope, jumps.inner(action.loop.steps, 'loop'), nesting);
        break;
      case 'parallel':
        if (nesting >= limits.parallelNesting) {
          const message = `Parallel steps nest ${nesting + 1} levels deep here; more than ${limits.parallelNesting} raise a ParallelNestingError.`;
          this.#problems.warning('parallel/nesting', body.firstKeyRange, message);
        }
        this.#useParallel(action, scope, jumps, nesting + 1);
        break;
      case 'raise':
      case 'return':
        this.#template(action.value, scope);
        break;
      default:
    }
    if (body.next) {
      const step = resolveJump(body.next, jumps, this.#problems);
      if (step) this.jumps.set(body.next, step);
    }
  }

  #useParallel(action: ParallelAction, scope: Scope, jumps: JumpScope, nesting: number): void {
    for (const name of action.shared) {
      const variable = lookup(scope, name.name);
      if (variable) this.declarations.set(name, variable);
      else this.#undefined(name.name, name.range, scope, `"${name.name}" is listed as shared but no step before this one assigns it.`);
    }
    if (action.concurrencyLimit) this.#template(action.concurrencyLimit, scope);
    if (action.work?.kind === 'for') this.#useLoop(action.work.loop, scope, jumps.inner(action.work.loop.steps, 'parallel loop'), nesting);
    for (const branch of action.work?.kind === 'branches' ? action.work.branches : []) {
      this.#useBody(branch.body, this.#inner(branch), jumps.inner([], 'branch'), nesting);
    }
  }

  #useLoop(loop: Loop, scope: Scope, jumps: JumpScope, nesting: number): void {
    if (loop.source) this.#template(loop.source.template, scope);
    this.#useSteps(loop.steps, this.#inner(loop), jumps, nesting);
  }

  #inner(node: object): Scope {
    return this.innerScopes.get(node)!;
  }

  #useAssignment(item: Assignment, scope: Scope): void {
    this.#template(item.value, scope);
    for (const part of item.target.path) if (part.kind === 'index') this.expression(part.index, scope);
  }

  #template(template: Template, scope: Scope): void {
    switch (template.kind) {
      case 'expression':
        this.#problems.within(template.expression, () => this.expression(template.expression, scope));
        break;
      case 'list':
        for (const item of template.items) this.#template(item, scope);
        break;
      case 'map':
        for (const entry of template.entries) {
          const { key } = entry;
          if (typeof key !== 'string') this.#problems.within(key, () => this.expression(key, scope));
          this.#template(entry.value, scope);
        }
        break;
      default:
    }
  }

  expression(expression: Expression, scope: Scope): void {
    const reference = referenceOf(expression, scope, this.#routines);
    if (reference) {
      this.references.set(expression, reference);
      return;
    }
    if (expression.kind === 'name') {
      this.#undefined(expression.name, expression.range, scope);
      return;
    }
    // `texts.split` without a call: the whole path is what is unknown.
    const path = expression.kind === 'member' ? dottedName(expression) : undefined;
    const root = path?.split('.')[0];
    if (path !== undefined && root !== undefined && !lookup(scope, root) && isModule(root)) {
      const names = [...functions.keys(), ...libraryValues.keys()];
      // The longest known value may be a prefix: retry.default_backoff.max_delay.
      if (!names.some((name) => path.startsWith(`${name}.`))) {
        this.#problems.misspelt('name/undefined', expression.range, `The standard library has no "${path}".`, path, names);
        return;
      }
    }
    for (const child of childrenOf(expression)) this.expression(child, scope);
  }

  #undefined(name: string, range: Range, scope: Scope, message?: string): void {
    const elsewhere = this.#everDeclared.get(name);
    if (elsewhere && !message) {
      const where = { for: 'a for loop', except: 'an except block', branch: 'a parallel branch', routine: 'this routine' }[elsewhere.scope.kind];
      this.#problems.error('scope/out-of-scope', range, `"${name}" exists only inside ${where}. Assign it before that block to use it here.`);
      return;
    }
    const candidates = [...visibleVariables(scope).map((variable) => variable.name), ...this.#routines.keys()];
    this.#problems.misspelt('name/undefined', range, message ?? `"${name}" is neither a variable nor a subworkflow.`, name, candidates);
  }
}

function isModule(name: string): boolean {
  for (const known of [functions, libraryValues]) for (const key of known.keys()) if (key.startsWith(`${name}.`)) return true;
  return false;
}

/** What a name or dotted path stands for in a scope; variables hide everything else. */
export function referenceOf(expression: Expression, scope: Scope | undefined, routines: ReadonlyMap<string, Routine>): Reference | undefined {
  if (expression.kind === 'name') {
    const variable = lookup(scope, expression.name);
    if (variable) return { kind: 'variable', variable };
    const routine = routines.get(expression.name);
    if (routine) return { kind: 'routine', routine };
    return functions.has(expression.name) ? { kind: 'library', name: expression.name } : undefined;
  }
  const path = expression.kind === 'member' ? dottedName(expression) : undefined;
  if (path === undefined || lookup(scope, path.slice(0, path.indexOf('.')))) return undefined;
  return functions.has(path) || libraryValues.has(path) ? { kind: 'library', name: path } : undefined;
}
