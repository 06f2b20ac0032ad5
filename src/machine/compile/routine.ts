import type { ProgressType, StepType } from '../../execution/stepEntry.ts';
import type { Range } from '../../source/text.ts';
import { functions } from '../../workflow/library/index.ts';
import type { WorkflowDocument } from '../../workflow/parse.ts';
import type { Scope, Variable } from '../../workflow/scopes.ts';
import type { Assignment, Body, CallAction, Condition, Jump, Routine, Step, SwitchAction, Template, VariableName } from '../../workflow/syntax.ts';
import { share } from '../assign.ts';
import { raised } from '../error.ts';
import { raiseValue } from '../raise.ts';
import { Label, signals, type Location, type RoutineCode } from '../program.ts';
import type { Frame } from '../state.ts';
import type { EntryPoint } from '../stepObserver.ts';
import { jumpBesideActionCounts } from '../switches.ts';
import { typeName, type Value } from '../value.ts';
import { frameDistance, type Evaluate, type ExpressionContext } from './context.ts';
import { Emitter } from './emitter.ts';
import { evaluateAll, expressionPart, readVariable } from './expression.ts';
import { compileFor } from './loops.ts';
import { inOrder, type Part } from './order.ts';
import { compileParallel } from './parallel.ts';
import type { JumpTargets, StepCompiler } from './steps.ts';
import { compileTemplate, templatePart } from './template.ts';
import { compileTry } from './try.ts';

/** Lists of the program, which grow with each routine. */
export interface ProgramLists {
  readonly locations: Location[];
  readonly entryPoints: EntryPoint[];
}

/** Compiles one routine to instructions. */
export function compileRoutine(document: WorkflowDocument, routine: Routine, routines: ReadonlyMap<string, Routine>, lists: ProgramLists): RoutineCode {
  return new RoutineCompiler(document, routine, routines, lists).compile();
}

class RoutineCompiler implements StepCompiler {
  readonly out: Emitter;
  /** The step being compiled. */
  step!: Step;
  readonly #document: WorkflowDocument;
  readonly #routine: Routine;
  readonly #routines: ReadonlyMap<string, Routine>;

  constructor(document: WorkflowDocument, routine: Routine, routines: ReadonlyMap<string, Routine>, { locations, entryPoints }: ProgramLists) {
    this.#document = document;
    this.#routine = routine;
    this.#routines = routines;
    this.out = new Emitter(locations, entryPoints);
  }

  compile(): RoutineCode {
    const scope = this.#document.resolution.routineScopes.get(this.#routine)!;
    const end = new Label();
    const [first] = this.#routine.steps;
    if (first) this.out.place({ step: first, range: first.body.firstKeyRange, scope });
    this.#parameters(scope);
    this.steps(this.#routine.steps, scope, { steps: new Map(), continueLabel: undefined, breakLabel: undefined, end });
    this.out.bind(end);
    this.out.emit(() => (_frame, machine) => {
      machine.returned = null;
      return signals.returned;
    });
    return this.out.finish(this.#routine, scope, this.#document.source);
  }

  /** Omitted optional parameters take their defaults, which may use parameters before them. */
  #parameters(scope: Scope): void {
    for (const param of this.#routine.params) {
      if (!param.defaultValue) continue;
      const variable = this.declared(param);
      const evaluate = this.template(param.defaultValue, scope);
      this.out.emit((next) => (frame, machine) => {
        if (frame.slots[variable.slot] === undefined) machine.store(frame, variable.slot, evaluate(frame, machine));
        return next.pc;
      });
    }
  }

  steps(steps: readonly Step[], scope: Scope, targets: JumpTargets): void {
    for (const step of steps) targets.steps.set(step, new Label());
    for (const step of steps) {
      const outer = this.step;
      this.step = step;
      this.out.bind(targets.steps.get(step)!);
      const type = entryType(step.body, (name) => this.isRoutine(name));
      const point = type ? this.entryPoint(type, scope) : undefined;
      this.out.locate('step', step, this.#routine, step.nameRange, step.range, point);
      this.out.inside(point ?? this.out.within, () => this.#body(step.body, scope, targets));
      this.step = outer;
    }
  }

  /** A body without a step of its own, as that of a try: what it does counts as a step all the same (google-workflows 5). */
  body(body: Body, scope: Scope, targets: JumpTargets): void {
    const type = entryType(body, (name) => this.isRoutine(name));
    if (!type) {
      this.#body(body, scope, targets);
      return;
    }
    const point = this.entryPoint(type, scope);
    this.out.emit((next) => (_frame, machine) => {
      machine.began(point);
      machine.countStep();
      return next.pc;
    });
    this.out.inside(point, () => this.#body(body, scope, targets));
  }

  #body(body: Body, scope: Scope, targets: JumpTargets): void {
    this.out.place({ step: this.step, range: { start: body.firstKeyRange.start, end: body.range.end }, scope });
    const place = this.out.currentPlace;
    const { action } = body;
    switch (action?.kind) {
      case 'assign':
        for (const item of action.items) {
          this.item(item.range);
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
        compileFor(this, action, scope, targets);
        break;
      case 'parallel':
        compileParallel(this, action, scope);
        break;
      case 'try':
        compileTry(this, action, scope, targets);
        break;
      case 'raise': {
        const evaluate = this.template(action.value, scope);
        this.out.emit(() => (frame, machine) => {
          throw raiseValue(evaluate(frame, machine));
        });
        break;
      }
      case 'return':
        this.#return(this.template(action.value, scope));
        break;
      case 'steps':
        this.out.emit((next) => () => next.pc);
        this.steps(action.steps, scope, targets);
        break;
      case undefined:
        break;
    }
    if (body.next) {
      this.out.place(place);
      this.#jump(body.next, targets, action !== undefined && jumpBesideActionCounts);
    }
  }

  /** The `steps` of a branch are its own list; anything else in its place is a body. */
  branch(body: Body, scope: Scope, targets: JumpTargets): void {
    if (body.action?.kind === 'steps') {
      this.steps(body.action.steps, scope, targets);
      if (body.next) this.#jump(body.next, targets, jumpBesideActionCounts);
    } else {
      this.body(body, scope, targets);
    }
  }

  #return(evaluate: Evaluate): void {
    this.out.emit(() => (frame, machine) => {
      machine.returned = evaluate(frame, machine);
      return signals.returned;
    });
  }

  #jump(jump: Jump, targets: JumpTargets, counts: boolean): void {
    const step = this.#document.resolution.jumps.get(jump);
    const label = step ? targets.steps.get(step) : { end: targets.end, continue: targets.continueLabel, break: targets.breakLabel }[jump.target];
    const target = label ?? targets.end;
    if (!counts) {
      this.out.jump(target);
      return;
    }
    this.out.emit(() => (_frame, machine) => {
      machine.countStep();
      return target.pc;
    });
  }

  entryPoint(type: StepType, scope: Scope, progress?: ProgressType, start: number = this.step.nameRange.start): number {
    return this.out.entryPoint({ type, step: this.step, routine: this.#routine, start, scope, progress });
  }

  item(range: Range): void {
    this.out.locate('item', this.step, this.#routine, range, range);
  }

  isRoutine(name: string): boolean {
    return this.#routines.has(name);
  }

  declared(node: object): Variable {
    return this.#document.resolution.declarations.get(node)!;
  }

  inner(node: object): Scope {
    return this.#document.resolution.innerScopes.get(node)!;
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
        const slot = this.out.slot(scope.owner);
        this.out.emit((next) => (frame, machine) => {
          // What is kept must stay as it is while other branches go on.
          frame.slots[slot] = share(evaluate(frame, machine));
          return next.pc;
        });
        return (frame) => frame.slots[slot] as Value;
      },
      branch: (condition, when, then) => {
        const slot = this.out.slot(scope.owner);
        const end = new Label();
        this.out.emit((next) => (frame, machine) => {
          const value = condition(frame, machine);
          frame.slots[slot] = value;
          return value === when ? next.pc : end.pc;
        });
        const result = then();
        this.out.emit((next) => (frame, machine) => {
          frame.slots[slot] = result(frame, machine);
          return next.pc;
        });
        this.out.bind(end);
        return (frame) => frame.slots[slot] as Value;
      },
    };
  }

  template(template: Template, scope: Scope): Evaluate {
    return compileTemplate(template, this.#context(scope));
  }

  /** Emits a call with positional arguments; the result is read from a hidden slot. */
  #callOut(name: string, args: readonly Evaluate[], scope: Scope): Evaluate {
    const slot = this.out.slot(scope.owner);
    const routine = this.#routines.get(name);
    this.out.emit((next) => (frame, machine) => {
      frame.resultSlot = slot;
      frame.resumeAt = next.pc;
      const values = evaluateAll(args, frame, machine);
      return routine ? machine.enter(routine.name, values, undefined) : machine.request(name, values, undefined);
    });
    return (frame) => frame.slots[slot] as Value;
  }

  // Steps.

  #assign(item: Assignment, scope: Scope): void {
    const { target } = item;
    const context = this.#context(scope);
    const variable = this.declared(target);
    const distance = frameDistance(scope, variable);
    const { slot } = variable;
    if (target.path.length === 0) {
      this.#store(compileTemplate(item.value, context), slot, distance);
      return;
    }
    const read = readVariable(variable, distance);
    const path = target.path.map((part): Part => {
      if (part.kind === 'index') return expressionPart(part.index, context);
      const name = part.kind === 'member' ? part.name : '';
      return { compile: () => () => name, callsOut: false, constant: true };
    });
    const [value, ...keys] = inOrder([templatePart(item.value, context), ...path], context);
    this.out.emit((next) => (frame, machine) => {
      const assigned = value!(frame, machine);
      machine.storePart(outward(frame, distance), slot, read(frame, machine), evaluateAll(keys, frame, machine), assigned);
      return next.pc;
    });
  }

  #store(value: Evaluate, slot: number, distance: number): void {
    if (distance === 0) {
      this.out.emit((next) => (frame, machine) => {
        machine.store(frame, slot, value(frame, machine));
        return next.pc;
      });
    } else {
      this.out.emit((next) => (frame, machine) => {
        machine.store(outward(frame, distance), slot, value(frame, machine));
        return next.pc;
      });
    }
  }

  #storeInto(name: VariableName, value: Evaluate, scope: Scope): void {
    const variable = this.declared(name);
    this.#store(value, variable.slot, frameDistance(scope, variable));
  }

  #call(action: CallAction, scope: Scope): void {
    const { args, name } = action;
    const slot = this.out.slot(scope.owner);
    const routine = this.#routines.get(name);
    const context = this.#context(scope);
    const names = args?.kind === 'named' ? args.entries.map((entry) => entry.name) : undefined;
    const templates = args?.kind === 'named' ? args.entries.map((entry) => entry.value) : (args?.items ?? []);
    const evaluates = inOrder(templates.map((template) => templatePart(template, context)), context);
    const isEffect = routine === undefined && (functions.get(name)?.effect ?? true);
    this.out.emit((next) => (frame, machine) => {
      const values = evaluateAll(evaluates, frame, machine);
      const byName = names && new Map(names.map((given, i) => [given, values[i]!]));
      const positional = names ? undefined : values;
      frame.resultSlot = slot;
      frame.resumeAt = next.pc;
      machine.calls?.began(frame, name, positional, byName);
      if (routine) return machine.enter(name, positional, byName);
      if (isEffect) return machine.request(name, positional, byName);
      const value = machine.compute(name, positional, byName);
      frame.slots[slot] = value;
      machine.calls?.returned(frame, value);
      return next.pc;
    });
    if (action.result) this.#storeInto(action.result, (frame) => frame.slots[slot] as Value, scope);
  }

  #switch(action: SwitchAction, scope: Scope, targets: JumpTargets): void {
    const end = new Label();
    const place = this.out.currentPlace;
    action.conditions.forEach((condition, i) => {
      // A failing condition shows its own line (google-workflows 4.6).
      const range = conditionRange(condition);
      this.out.place({ ...place, range });
      this.item(range);
      const otherwise = new Label();
      const evaluate = this.template(condition.condition, scope);
      const type = entryType(condition.body, (name) => this.isRoutine(name));
      const counts = type !== undefined;
      const point = this.entryPoint('STEP_CONDITION', scope, 'PROGRESS_TYPE_SWITCH', range.start);
      // A jump is all that its condition does, so it needs no entry of its own.
      const inner = this.out.inside(point, () => (type && type !== 'STEP_GOTO' ? this.entryPoint(type, scope) : undefined));
      this.out.emit((next) => (frame, machine) => {
        const value = evaluate(frame, machine);
        if (typeof value !== 'boolean') throw raised('TypeError', `a switch condition must be a boolean; got ${typeName(value)}`);
        if (!value) return otherwise.pc;
        machine.began(point, i + 1, action.conditions.length);
        if (inner !== undefined) machine.began(inner);
        if (counts) machine.countStep();
        return next.pc;
      });
      this.out.inside(inner ?? point, () => this.#body(condition.body, scope, targets));
      if (i < action.conditions.length - 1) this.out.jump(end);
      this.out.bind(otherwise);
    });
    this.out.bind(end);
    this.out.place(place);
  }
}

/** What the history calls a body; undefined where it does nothing by itself, and so does not count as a step either: a group's steps do. */
function entryType({ action, next }: Body, isRoutine: (name: string) => boolean): StepType | undefined {
  switch (action?.kind) {
    case 'assign':
      return 'STEP_ASSIGN';
    case 'call':
      if (isRoutine(action.name)) return 'STEP_SUBWORKFLOW_CALL';
      return functions.has(action.name) ? 'STEP_STD_LIB_CALL' : 'STEP_CONNECTOR_CALL';
    case 'switch':
      return 'STEP_SWITCH';
    case 'for':
      return 'STEP_FOR';
    case 'parallel':
      return action.work?.kind === 'for' ? 'STEP_PARALLEL_FOR' : 'STEP_PARALLEL_BRANCH';
    case 'try':
      return 'STEP_TRY_RETRY_EXCEPT';
    case 'raise':
      return 'STEP_RAISE';
    case 'return':
      return 'STEP_RETURN';
    case 'steps':
      return undefined;
    case undefined:
      return next && 'STEP_GOTO';
  }
}

function outward(frame: Frame, distance: number): Frame {
  let at = frame;
  for (let i = distance; i > 0; i--) at = at.outer!;
  return at;
}

/** A condition is shown by its `condition:` part, not by all that it does. */
function conditionRange(condition: Condition): Range {
  return { start: condition.keyRange.start, end: condition.condition.node.range.end };
}
