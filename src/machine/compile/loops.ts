import type { Range } from '../../source/text.ts';
import type { Scope } from '../../workflow/scopes.ts';
import type { ForAction, Loop } from '../../workflow/syntax.ts';
import { share } from '../assign.ts';
import { raised } from '../error.ts';
import { add } from '../operators.ts';
import { Label } from '../program.ts';
import { Double, isInteger, ListValue, typeName, type Value } from '../value.ts';
import type { Evaluate } from './context.ts';
import { localSlots, type JumpTargets, type StepCompiler } from './steps.ts';

/** Compiles a `for` step: its items, their number and the position among them live in hidden slots. */
export function compileFor(compiler: StepCompiler, { loop }: ForAction, scope: Scope, targets: JumpTargets): void {
  const { out } = compiler;
  const inner = compiler.inner(loop);
  const place = out.currentPlace;
  const source = out.slot(scope.owner);
  const count = out.slot(scope.owner);
  const at = out.slot(scope.owner);
  const evaluate = compileSource(compiler, loop, scope);
  out.emit((next) => (frame, machine) => {
    const items = evaluate(frame, machine);
    frame.slots[source] = items;
    frame.slots[count] = iterationCount(loop, items);
    frame.slots[at] = -1;
    return next.pc;
  });
  const iterate = new Label();
  const end = new Label();
  out.bind(iterate);
  compiler.item(loopHeader(loop));
  const value = loop.value && compiler.declared(loop.value).slot;
  const index = loop.index && compiler.declared(loop.index).slot;
  const locals = localSlots(inner);
  const isRange = loop.source?.kind === 'range';
  const point = compiler.entryPoint('STEP_FOR_ITERATION', inner, 'PROGRESS_TYPE_FOR');
  out.emit((next) => (frame, machine) => {
    const { slots } = frame;
    const i = (slots[at] as number) + 1;
    machine.over(point);
    for (const slot of locals) machine.clear(frame, slot);
    if (i >= (slots[count] as number)) return end.pc;
    machine.began(point, i + 1, slots[count] as number);
    machine.countStep();
    slots[at] = i;
    if (value !== undefined) machine.store(frame, value, iterationValue(slots[source] as ListValue, i, isRange));
    if (index !== undefined) machine.store(frame, index, i);
    return next.pc;
  });
  const body = new Label();
  out.bind(body);
  out.block({ kind: 'loop', step: compiler.step, start: body, end, counterSlot: at, totalSlot: count });
  out.inside(point, () => compiler.steps(loop.steps, inner, { ...targets, steps: new Map(targets.steps), continueLabel: iterate, breakLabel: end }));
  out.place(place);
  out.jump(iterate);
  out.bind(end);
  const own = [...inner.variables.values()].map((variable) => variable.slot);
  out.emit((next) => (frame, machine) => {
    machine.over(point);
    // Nothing can read the loop's variables any more: their memory is free.
    for (const slot of own) machine.clear(frame, slot);
    frame.slots[source] = undefined;
    return next.pc;
  });
}

/** Compiles what a loop goes through: the list of `in`, or the two bounds of `range`. */
export function compileSource(compiler: StepCompiler, loop: Loop, scope: Scope): (...args: Parameters<Evaluate>) => ListValue {
  const evaluate: Evaluate = loop.source ? compiler.template(loop.source.template, scope) : () => new ListValue([]);
  const check = loop.source?.kind === 'range' ? rangeBounds : loopList;
  return (frame, machine) => {
    const items = check(evaluate(frame, machine));
    share(items);
    return items;
  };
}

function loopList(value: Value): ListValue {
  if (value instanceof ListValue) return value;
  const type = typeName(value);
  throw raised('TypeError', `a for loop goes through a list; got ${type}${type === 'map' ? '. Use keys() for the keys of a map' : ''}`);
}

function rangeBounds(value: Value): ListValue {
  if (value instanceof ListValue && value.items.length === 2 && value.items.every(isBound)) return value;
  throw raised('TypeError', 'the range of a for loop must be a list of two numbers');
}

function isBound(value: Value): boolean {
  return isInteger(value) || (value instanceof Double && !Number.isNaN(value.value));
}

/** How many iterations there are; both bounds of a range are included (google-workflows 1.8). */
export function iterationCount(loop: Loop, items: ListValue): number {
  if (loop.source?.kind !== 'range') return items.items.length;
  const [first, last] = items.items as [Value, Value];
  // Integers exactly: the distance between two of them need not be one.
  const distance = isInteger(first) && isInteger(last) ? Number(BigInt(last) - BigInt(first)) : toNumber(last) - toNumber(first);
  return Math.max(0, Math.floor(distance) + 1);
}

function toNumber(value: Value): number {
  return value instanceof Double ? value.value : Number(value);
}

export function iterationValue(items: ListValue, i: number, isRange: boolean): Value {
  return isRange ? add(items.items[0]!, i) : items.items[i]!;
}

/** A loop's header is shown by its variable. */
function loopHeader(loop: Loop): Range {
  return loop.value?.range ?? loop.range;
}
