import type { Scope } from '../../workflow/scopes.ts';
import type { Branch, Loop, ParallelAction } from '../../workflow/syntax.ts';
import { Label, signals, type ForkPlan } from '../program.ts';
import type { ListValue } from '../value.ts';
import { compileSource, iterationCount, iterationValue } from './loops.ts';
import type { JumpTargets, StepCompiler } from './steps.ts';

/** Compiles a parallel step: one instruction that starts the members, and behind it what each of them runs. */
export function compileParallel(compiler: StepCompiler, action: ParallelAction, scope: Scope): void {
  const { out } = compiler;
  const { work } = action;
  const place = out.currentPlace;
  const end = new Label();
  const branches: ForkPlan['branches'][number][] = [];
  const loop = work?.kind === 'for' ? work.loop : undefined;
  const limit = action.concurrencyLimit && compiler.template(action.concurrencyLimit, scope);
  const evaluate = loop && compileSource(compiler, loop, scope);
  const owner = loop && compiler.inner(loop);
  const iteration = owner && { items: out.slot(owner), at: out.slot(owner) };
  const plan: ForkPlan = { step: compiler.step.name, branches, iteration };
  out.emit(() => (frame, machine) => {
    frame.resumeAt = end.pc;
    const most = limit?.(frame, machine);
    const items = evaluate?.(frame, machine);
    return machine.fork(plan, loop && items ? iterationCount(loop, items) : branches.length, most, items);
  });
  const members: readonly (Loop | Branch)[] = loop ? [loop] : work?.kind === 'branches' ? work.branches : [];
  members.forEach((member, position) => {
    const inner = compiler.inner(member);
    const point = 'name' in member ? compiler.entryPoint('STEP_PARALLEL_BRANCH_ENTRY', inner, 'PROGRESS_TYPE_PARALLEL_BRANCH', member.nameRange.start) : compiler.entryPoint('STEP_FOR_ITERATION', inner, 'PROGRESS_TYPE_PARALLEL_FOR');
    const start = new Label();
    const last = new Label();
    branches.push({ name: 'name' in member ? member.name : '', start, slots: () => out.slots(inner) });
    const targets: JumpTargets = { steps: new Map(), continueLabel: last, breakLabel: last, end: last };
    out.unguarded(() => {
      out.bind(start);
      out.place({ ...place, scope: inner });
      if (loop && iteration) {
        beginIteration(compiler, loop, { ...iteration, point });
      } else {
        out.emit((next) => (_frame, machine) => {
          machine.began(point, position + 1, members.length);
          machine.countStep();
          return next.pc;
        });
      }
      out.inside(point, () => {
        if ('body' in member) compiler.branch(member.body, inner, targets);
        else compiler.steps(member.steps, inner, targets);
      });
      out.bind(last);
      out.emit(() => (_frame, machine) => {
        machine.returned = null;
        return signals.returned;
      });
    });
  });
  out.place(place);
  out.bind(end);
}

/** An iteration stores its variables itself, so that an error in doing so is its own. */
function beginIteration(compiler: StepCompiler, loop: Loop, slots: { readonly items: number; readonly at: number; readonly point: number }): void {
  const value = loop.value && compiler.declared(loop.value).slot;
  const index = loop.index && compiler.declared(loop.index).slot;
  const isRange = loop.source?.kind === 'range';
  compiler.out.emit((next) => (frame, machine) => {
    const i = frame.slots[slots.at] as number;
    const items = frame.slots[slots.items] as ListValue;
    machine.began(slots.point, i + 1, iterationCount(loop, items));
    machine.countStep();
    if (value !== undefined) machine.store(frame, value, iterationValue(items, i, isRange));
    if (index !== undefined) machine.store(frame, index, i);
    return next.pc;
  });
}
