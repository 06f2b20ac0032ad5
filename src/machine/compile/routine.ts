import type { Range } from '../../source/text.ts';
import { functions } from '../../workflow/library/index.ts';
import type { WorkflowDocument } from '../../workflow/parse.ts';
import type { Scope, Variable } from '../../workflow/scopes.ts';
import type { Assignment, Body, CallAction, Condition, ForAction, Jump, Loop, ParallelAction, Routine, Step, SwitchAction, Template, TryAction, VariableName } from '../../workflow/syntax.ts';
import { assignPath } from '../assign.ts';
import { raised } from '../error.ts';
import type { Failure } from '../failure.ts';
import { raiseValue } from '../raise.ts';
import { Label, signals, type ForkPlan, type Location, type RoutineCode } from '../program.ts';
import { retryDelay, retryPolicy, shouldRetry } from '../retry.ts';
import type { Frame } from '../state.ts';
import { ListValue, typeName, type Value } from '../value.ts';
import { frameDistance, type Evaluate, type ExpressionContext } from './context.ts';
import { Emitter } from './emitter.ts';
import { compileExpression, readVariable } from './expression.ts';
import { iterationCount, iterationValue, loopSource } from './loops.ts';
import { compileTemplate } from './template.ts';

/** What a jump may mean at a place. */
interface JumpTargets {
  readonly steps: Map<Step, Label>;
  readonly continueLabel: Label | undefined;
  readonly breakLabel: Label | undefined;
  /** Where `next: end` and `return` go: the instruction that ends the routine or the branch. */
  readonly end: Label;
}

/** Compiles one routine to instructions. `locations` is the program's list and grows. */
export function compileRoutine(document: WorkflowDocument, routine: Routine, routines: ReadonlyMap<string, Routine>, locations: Location[]): RoutineCode {
  return new RoutineCompiler(document, routine, routines, locations).compile();
}

class RoutineCompiler {
  readonly #document: WorkflowDocument;
  readonly #routine: Routine;
  readonly #routines: ReadonlyMap<string, Routine>;
  readonly #out: Emitter;
  /** The step being compiled. */
  #step!: Step;

  constructor(document: WorkflowDocument, routine: Routine, routines: ReadonlyMap<string, Routine>, locations: Location[]) {
    this.#document = document;
    this.#routine = routine;
    this.#routines = routines;
    this.#out = new Emitter(locations);
  }

  compile(): RoutineCode {
    const scope = this.#document.resolution.routineScopes.get(this.#routine)!;
    const end = new Label();
    const [first] = this.#routine.steps;
    if (first) this.#out.place({ step: first, range: first.body.firstKeyRange, scope });
    this.#parameters(scope);
    this.#steps(this.#routine.steps, scope, { steps: new Map(), continueLabel: undefined, breakLabel: undefined, end });
    this.#out.bind(end);
    this.#out.emit(() => (_frame, machine) => {
      machine.returned = null;
      return signals.returned;
    });
    return this.#out.finish(this.#routine, scope, this.#document.source);
  }

  /** Omitted optional parameters take their defaults, which may use parameters before them. */
  #parameters(scope: Scope): void {
    for (const param of this.#routine.params) {
      if (!param.defaultValue) continue;
      const variable = this.#declared(param);
      const evaluate = this.#template(param.defaultValue, scope);
      this.#out.emit((next) => (frame, machine) => {
        if (frame.slots[variable.slot] === undefined) machine.store(frame, variable.slot, evaluate(frame, machine));
        return next.pc;
      });
    }
  }

  #steps(steps: readonly Step[], scope: Scope, targets: JumpTargets): void {
    for (const step of steps) targets.steps.set(step, new Label());
    for (const step of steps) {
      const outer = this.#step;
      this.#step = step;
      this.#out.bind(targets.steps.get(step)!);
      this.#out.locate('step', step, this.#routine, step.nameRange, step.range);
      this.#body(step.body, scope, targets);
      this.#step = outer;
    }
  }

  #body(body: Body, scope: Scope, targets: JumpTargets): void {
    this.#out.place({ step: this.#step, range: { start: body.firstKeyRange.start, end: body.range.end }, scope });
    const place = this.#out.currentPlace;
    const { action } = body;
    switch (action?.kind) {
      case 'assign':
        for (const item of action.items) {
          this.#item(item.range);
          this.#assign(item, scope);
        }
        break;
      case 'call':
        this.#call(action, scope);
        break;
      case 'switch':
        this.#switch(action, scope, targets);
        break;
      case 'for':
        this.#for(action, scope, targets);
        break;
      case 'parallel':
        this.#parallel(action, scope);
        break;
      case 'try':
        this.#try(action, scope, targets);
        break;
      case 'raise': {
        const evaluate = this.#template(action.value, scope);
        this.#out.emit(() => (frame, machine) => {
          throw raiseValue(evaluate(frame, machine));
        });
        break;
      }
      case 'return':
        this.#return(this.#template(action.value, scope));
        break;
      case 'steps':
        this.#out.emit((next) => () => next.pc);
        this.#steps(action.steps, scope, targets);
        break;
      case undefined:
        break;
    }
    if (body.next) {
      this.#out.place(place);
      this.#jump(body.next, targets);
    }
  }

  #return(evaluate: Evaluate): void {
    this.#out.emit(() => (frame, machine) => {
      machine.returned = evaluate(frame, machine);
      return signals.returned;
    });
  }

  #jump(jump: Jump, targets: JumpTargets): void {
    const step = this.#document.resolution.jumps.get(jump);
    const label = step ? targets.steps.get(step) : { end: targets.end, continue: targets.continueLabel, break: targets.breakLabel }[jump.target];
    this.#out.jump(label ?? targets.end);
  }

  #item(range: Range): void {
    this.#out.locate('item', this.#step, this.#routine, range, range);
  }

  #declared(node: object): Variable {
    return this.#document.resolution.declarations.get(node)!;
  }

  // Values.

  #context(scope: Scope): ExpressionContext {
    const { references } = this.#document.resolution;
    return {
      scope,
      routines: this.#routines,
      reference: (expression) => references.get(expression),
      call: (name, args) => this.#callOut(name, args, scope),
      keep: (evaluate) => {
        const slot = this.#out.slot(scope.owner);
        this.#out.emit((next) => (frame, machine) => {
          frame.slots[slot] = evaluate(frame, machine);
          return next.pc;
        });
        return (frame) => frame.slots[slot] as Value;
      },
      branch: (condition, when, then) => {
        const slot = this.#out.slot(scope.owner);
        const end = new Label();
        this.#out.emit((next) => (frame, machine) => {
          const value = condition(frame, machine);
          frame.slots[slot] = value;
          return value === when ? next.pc : end.pc;
        });
        const result = then();
        this.#out.emit((next) => (frame, machine) => {
          frame.slots[slot] = result(frame, machine);
          return next.pc;
        });
        this.#out.bind(end);
        return (frame) => frame.slots[slot] as Value;
      },
    };
  }

  #template(template: Template, scope: Scope): Evaluate {
    return compileTemplate(template, this.#context(scope));
  }

  /** Emits a call with positional arguments; the result is read from a hidden slot. */
  #callOut(name: string, args: readonly Evaluate[], scope: Scope): Evaluate {
    const slot = this.#out.slot(scope.owner);
    const routine = this.#routines.get(name);
    this.#out.emit((next) => (frame, machine) => {
      frame.resultSlot = slot;
      frame.resumeAt = next.pc;
      const values = args.map((arg) => arg(frame, machine));
      return routine ? machine.enter(routine.name, values, undefined) : machine.request(name, values, undefined);
    });
    return (frame) => frame.slots[slot] as Value;
  }

  // Steps.

  #assign(item: Assignment, scope: Scope): void {
    const { target } = item;
    const value = this.#template(item.value, scope);
    const variable = this.#declared(target);
    const distance = frameDistance(scope, variable);
    const { slot } = variable;
    if (target.path.length === 0) {
      this.#store(value, slot, distance);
      return;
    }
    const read = readVariable(variable, distance);
    const context = this.#context(scope);
    const keys = target.path.map((part): Evaluate => {
      if (part.kind === 'index') return compileExpression(part.index, context);
      const name = part.kind === 'member' ? part.name : '';
      return () => name;
    });
    this.#out.emit((next) => (frame, machine) => {
      const assigned = value(frame, machine);
      const path = keys.map((key) => key(frame, machine));
      const at = outward(frame, distance);
      machine.store(at, slot, assignPath(read(frame, machine), path, assigned), true);
      return next.pc;
    });
  }

  #store(value: Evaluate, slot: number, distance: number): void {
    if (distance === 0) {
      this.#out.emit((next) => (frame, machine) => {
        machine.store(frame, slot, value(frame, machine));
        return next.pc;
      });
    } else {
      this.#out.emit((next) => (frame, machine) => {
        machine.store(outward(frame, distance), slot, value(frame, machine));
        return next.pc;
      });
    }
  }

  #storeInto(name: VariableName, value: Evaluate, scope: Scope): void {
    const variable = this.#declared(name);
    this.#store(value, variable.slot, frameDistance(scope, variable));
  }

  #call(action: CallAction, scope: Scope): void {
    const { args, name } = action;
    const slot = this.#out.slot(scope.owner);
    const routine = this.#routines.get(name);
    const context = this.#context(scope);
    const named = args?.kind === 'named' ? args.entries.map((entry) => ({ name: entry.name, evaluate: compileTemplate(entry.value, context) })) : undefined;
    const positional = args?.kind === 'positional' ? args.items.map((item) => compileTemplate(item, context)) : undefined;
    const isEffect = routine === undefined && (functions.get(name)?.effect ?? true);
    this.#out.emit((next) => (frame, machine) => {
      const values = positional?.map((evaluate) => evaluate(frame, machine));
      const byName = named && new Map(named.map((entry) => [entry.name, entry.evaluate(frame, machine)]));
      frame.resultSlot = slot;
      frame.resumeAt = next.pc;
      if (routine) return machine.enter(name, values, byName);
      if (isEffect) return machine.request(name, values, byName);
      frame.slots[slot] = machine.compute(name, values, byName);
      return next.pc;
    });
    if (action.result) this.#storeInto(action.result, (frame) => frame.slots[slot] as Value, scope);
  }

  #switch(action: SwitchAction, scope: Scope, targets: JumpTargets): void {
    const end = new Label();
    const place = this.#out.currentPlace;
    action.conditions.forEach((condition, i) => {
      // A failing condition shows its own line (google-workflows 4.6).
      this.#out.place({ ...place, range: condition.range });
      this.#item(conditionRange(condition));
      const otherwise = new Label();
      const evaluate = this.#template(condition.condition, scope);
      this.#out.emit((next) => (frame, machine) => {
        const value = evaluate(frame, machine);
        if (typeof value !== 'boolean') throw raised('TypeError', `a switch condition must be a boolean; got ${typeName(value)}`);
        return value ? next.pc : otherwise.pc;
      });
      this.#body(condition.body, scope, targets);
      if (i < action.conditions.length - 1) this.#out.jump(end);
      this.#out.bind(otherwise);
    });
    this.#out.bind(end);
    this.#out.place(place);
  }

  #for(action: ForAction, scope: Scope, targets: JumpTargets): void {
    const { loop } = action;
    const inner = this.#document.resolution.innerScopes.get(loop)!;
    const place = this.#out.currentPlace;
    const source = this.#out.slot(scope.owner);
    const count = this.#out.slot(scope.owner);
    const at = this.#out.slot(scope.owner);
    const evaluate = this.#loopSource(loop, scope);
    this.#out.emit((next) => (frame, machine) => {
      const items = evaluate(frame, machine) as ListValue;
      frame.slots[source] = items;
      frame.slots[count] = iterationCount(loop, items);
      frame.slots[at] = -1;
      return next.pc;
    });
    const iterate = new Label();
    const end = new Label();
    this.#out.bind(iterate);
    this.#item(loopHeader(loop));
    const value = loop.value && this.#declared(loop.value).slot;
    const index = loop.index && this.#declared(loop.index).slot;
    // A name first assigned in the body is new in each iteration.
    const locals = [...inner.variables.values()].filter((variable) => variable.kind === 'variable').map((variable) => variable.slot);
    const isRange = loop.source?.kind === 'range';
    this.#out.emit((next) => (frame, machine) => {
      const { slots } = frame;
      const i = (slots[at] as number) + 1;
      for (const slot of locals) if (slots[slot] !== undefined) machine.clear(frame, slot);
      if (i >= (slots[count] as number)) {
        slots[source] = undefined;
        return end.pc;
      }
      machine.countStep();
      slots[at] = i;
      if (value !== undefined) machine.store(frame, value, iterationValue(slots[source] as ListValue, i, isRange));
      if (index !== undefined) machine.store(frame, index, i);
      return next.pc;
    });
    const body = new Label();
    this.#out.bind(body);
    this.#out.block({ kind: 'loop', step: this.#step, start: body, end, counterSlot: at, totalSlot: count });
    this.#steps(loop.steps, inner, { ...targets, steps: new Map(targets.steps), continueLabel: iterate, breakLabel: end });
    this.#out.place(place);
    this.#out.jump(iterate);
    this.#out.bind(end);
  }

  #loopSource(loop: Loop, scope: Scope): Evaluate {
    const evaluate = loop.source ? this.#template(loop.source.template, scope) : () => new ListValue([]);
    return loopSource(loop, evaluate);
  }

  #parallel(action: ParallelAction, scope: Scope): void {
    const { work } = action;
    const limit = action.concurrencyLimit && this.#template(action.concurrencyLimit, scope);
    const place = this.#out.currentPlace;
    const starts: { readonly name: string; readonly start: Label; readonly slots: () => number }[] = [];
    const end = new Label();
    const out = this.#out;
    const loop = work?.kind === 'for' ? work.loop : undefined;
    const evaluate = loop && this.#loopSource(loop, scope);
    const plan: ForkPlan = {
      step: this.#step.name,
      branches: starts,
      valueSlot: loop?.value && this.#declared(loop.value).slot,
      indexSlot: loop?.index && this.#declared(loop.index).slot,
      isRange: loop?.source?.kind === 'range',
    };
    out.emit(() => (frame, machine) => {
      frame.resumeAt = end.pc;
      const items = evaluate?.(frame, machine) as ListValue | undefined;
      const total = loop && items ? iterationCount(loop, items) : starts.length;
      return machine.fork(plan, total, limit?.(frame, machine), items);
    });
    const bodies = work?.kind === 'branches' ? work.branches : [];
    for (const node of loop ? [loop] : bodies) {
      const inner = this.#document.resolution.innerScopes.get(node)!;
      const start = new Label();
      const last = new Label();
      starts.push({ name: 'name' in node ? node.name : '', start, slots: () => out.slots(inner) });
      out.bind(start);
      const targets: JumpTargets = { steps: new Map(), continueLabel: last, breakLabel: last, end: last };
      out.unguarded(() => {
        if ('body' in node) this.#branchBody(node.body, inner, targets);
        else this.#steps(node.steps, inner, targets);
        out.bind(last);
        out.emit(() => (_frame, machine) => {
          machine.returned = null;
          return signals.returned;
        });
      });
    }
    out.place(place);
    out.bind(end);
  }

  /** The `steps` of a branch are its own list; anything else in its place is a body. */
  #branchBody(body: Body, scope: Scope, targets: JumpTargets): void {
    if (body.action?.kind === 'steps') {
      this.#steps(body.action.steps, scope, targets);
      if (body.next) this.#jump(body.next, targets);
    } else {
      this.#body(body, scope, targets);
    }
  }

  #try(action: TryAction, scope: Scope, targets: JumpTargets): void {
    const { owner } = scope;
    const error = this.#out.slot(owner);
    const attempts = this.#out.slot(owner);
    const again = new Label();
    const handler = new Label();
    const end = new Label();
    const place = this.#out.currentPlace;
    this.#out.emit((next) => (frame) => {
      frame.slots[attempts] = 0;
      return next.pc;
    });
    this.#out.bind(again);
    const guarded = (): void => {
      const { body } = action;
      if (body.action?.kind === 'steps' && !body.next) this.#steps(body.action.steps, scope, targets);
      else this.#body(body, scope, targets);
    };
    if (!action.retry && !action.except) {
      guarded();
      return;
    }
    if (action.retry) this.#out.block({ kind: 'try', step: this.#step, start: again, end: handler, counterSlot: attempts, totalSlot: undefined });
    this.#out.guard({ position: handler, errorSlot: error, step: this.#step }, guarded);
    this.#out.jump(end);
    this.#out.bind(handler);
    this.#out.place(place);
    if (action.retry) this.#retry(action.retry.policy, scope, error, attempts, again);
    this.#except(action, targets, error);
    this.#out.place(place);
    this.#out.bind(end);
  }

  #retry(template: Template, scope: Scope, error: number, attempts: number, again: Label): void {
    const { owner } = scope;
    const policySlot = this.#out.slot(owner);
    const verdict = this.#out.slot(owner);
    const giveUp = new Label();
    const evaluate = this.#template(template, scope);
    this.#out.emit((next) => (frame, machine) => {
      const policy = retryPolicy(evaluate(frame, machine));
      if ((frame.slots[attempts] as number) >= policy.maxRetries) return giveUp.pc;
      frame.slots[policySlot] = policy.value;
      if (policy.predicate === undefined) {
        frame.slots[verdict] = true;
        return next.pc;
      }
      const { value } = frame.slots[error] as Failure;
      frame.resultSlot = verdict;
      frame.resumeAt = next.pc;
      if (this.#routines.has(policy.predicate)) return machine.enter(policy.predicate, [value], undefined);
      frame.slots[verdict] = machine.compute(policy.predicate, [value], undefined);
      return next.pc;
    });
    this.#out.emit((next) => (frame, machine) => {
      if (!shouldRetry(frame.slots[verdict] as Value)) return giveUp.pc;
      const attempt = frame.slots[attempts] as number;
      frame.slots[attempts] = attempt + 1;
      frame.resultSlot = -1;
      frame.resumeAt = next.pc;
      return machine.wait(retryDelay(retryPolicy(frame.slots[policySlot] as Value), attempt));
    });
    this.#out.emit(() => (_frame, machine) => {
      machine.countStep();
      return again.pc;
    });
    this.#out.bind(giveUp);
  }

  #except(action: TryAction, targets: JumpTargets, error: number): void {
    const { except } = action;
    if (!except) {
      this.#out.emit(() => (frame) => {
        throw frame.slots[error] as Failure;
      });
      return;
    }
    const inner = this.#document.resolution.innerScopes.get(except)!;
    const as = except.as && this.#declared(except.as).slot;
    const locals = [...inner.variables.values()].filter((variable) => variable.kind === 'variable').map((variable) => variable.slot);
    this.#out.emit((next) => (frame, machine) => {
      const { value } = frame.slots[error] as Failure;
      frame.slots[error] = undefined;
      for (const slot of locals) machine.clear(frame, slot);
      if (as !== undefined) machine.store(frame, as, value);
      machine.countStep();
      return next.pc;
    });
    this.#steps(except.steps, inner, { ...targets, steps: new Map(targets.steps) });
  }
}

function outward(frame: Frame, distance: number): Frame {
  let at = frame;
  for (let i = distance; i > 0; i--) at = at.outer!;
  return at;
}

/** A condition is shown by its `condition:` part, not by all that it does. */
function conditionRange(condition: Condition): Range {
  return { start: condition.range.start, end: condition.condition.node.range.end };
}

function loopHeader(loop: Loop): Range {
  return loop.value?.range ?? loop.range;
}
