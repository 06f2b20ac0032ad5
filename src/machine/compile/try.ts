import type { Scope } from '../../workflow/scopes.ts';
import type { Except, Template, TryAction } from '../../workflow/syntax.ts';
import type { Failure } from '../failure.ts';
import { Label } from '../program.ts';
import { retryDelay, retryPolicy, shouldRetry } from '../retry.ts';
import { errorOfFailedPredicate } from '../switches.ts';
import type { Value } from '../value.ts';
import type { Evaluate } from './context.ts';
import { localSlots, type JumpTargets, type StepCompiler } from './steps.ts';

/** Compiles a `try` step: an error in its body goes to the retry, then to the except, then on (google-workflows 1.10). */
export function compileTry(compiler: StepCompiler, action: TryAction, scope: Scope, targets: JumpTargets): void {
  const { out, step } = compiler;
  const { body, retry, except } = action;
  const guarded = (): void => {
    if (body.action?.kind === 'steps' && !body.next) compiler.steps(body.action.steps, scope, targets);
    else compiler.body(body, scope, targets);
  };
  const place = out.currentPlace;
  const error = out.slot(scope.owner);
  const attempts = out.slot(scope.owner);
  const again = new Label();
  const handler = new Label();
  const end = new Label();
  out.emit((next) => (frame) => {
    frame.slots[attempts] = 0;
    return next.pc;
  });
  if (!retry && !except) {
    guarded();
    return;
  }
  out.bind(again);
  const attempt = compiler.entryPoint('STEP_TRY', scope, retry && 'PROGRESS_TYPE_RETRY');
  out.emit((next) => (frame, machine) => {
    machine.began(attempt, retry ? (frame.slots[attempts] as number) + 1 : 0);
    return next.pc;
  });
  if (retry) out.block({ kind: 'try', step, start: again, end: handler, counterSlot: attempts, totalSlot: undefined });
  out.guard({ position: handler, errorSlot: error, step, entryPoint: attempt }, () => out.inside(attempt, guarded));
  out.jump(end);
  out.bind(handler);
  out.place(place);
  if (retry) compileRetry(compiler, retry.policy, scope, { error, attempts, again });
  if (except) {
    compileExcept(compiler, except, targets, error);
  } else {
    out.emit(() => (frame) => {
      throw frame.slots[error] as Failure;
    });
  }
  out.place(place);
  out.bind(end);
}

interface Attempt {
  /** Slots of the error that came and of how often the body has been tried again. */
  readonly error: number;
  readonly attempts: number;
  readonly again: Label;
}

/** Asks the predicate, waits and goes back to the body; falls through where it is not tried again. */
function compileRetry(compiler: StepCompiler, template: Template, scope: Scope, { error, attempts, again }: Attempt): void {
  const { out } = compiler;
  const policySlot = out.slot(scope.owner);
  const verdict = out.slot(scope.owner);
  const giveUp = new Label();
  const evaluate = compiler.template(template, scope);
  const point = compiler.entryPoint('STEP_RETRY', scope, 'PROGRESS_TYPE_RETRY');
  const ask = (): void => compileQuestion(compiler, evaluate, { error, attempts, policySlot, verdict, giveUp, point });
  if (errorOfFailedPredicate === 'original') out.guard({ position: giveUp, errorSlot: out.slot(scope.owner), step: compiler.step, entryPoint: point }, ask);
  else ask();
  out.emit((next) => (frame, machine) => {
    const attempt = frame.slots[attempts] as number;
    frame.slots[attempts] = attempt + 1;
    frame.resultSlot = -1;
    frame.resumeAt = next.pc;
    return machine.wait(retryDelay(retryPolicy(frame.slots[policySlot] as Value), attempt));
  });
  out.emit(() => (_frame, machine) => {
    machine.countStep();
    return again.pc;
  });
  out.bind(giveUp);
}

interface Question {
  readonly error: number;
  readonly attempts: number;
  /** Slots for the policy at hand and for what its predicate says. */
  readonly policySlot: number;
  readonly verdict: number;
  readonly giveUp: Label;
  /** The entry point of the retry. */
  readonly point: number;
}

/** Goes on where the policy says that the body is to be tried again. */
function compileQuestion(compiler: StepCompiler, evaluate: Evaluate, { error, attempts, policySlot, verdict, giveUp, point }: Question): void {
  const { out } = compiler;
  out.emit((next) => (frame, machine) => {
    const policy = retryPolicy(evaluate(frame, machine));
    if ((frame.slots[attempts] as number) >= policy.maxRetries) return giveUp.pc;
    machine.began(point, (frame.slots[attempts] as number) + 1, policy.maxRetries);
    frame.slots[policySlot] = policy.value;
    if (policy.predicate === undefined) {
      frame.slots[verdict] = true;
      return next.pc;
    }
    const { value } = frame.slots[error] as Failure;
    frame.resultSlot = verdict;
    frame.resumeAt = next.pc;
    if (compiler.isRoutine(policy.predicate)) return machine.enter(policy.predicate, [value], undefined);
    frame.slots[verdict] = machine.compute(policy.predicate, [value], undefined);
    return next.pc;
  });
  out.emit((next) => (frame) => (shouldRetry(frame.slots[verdict] as Value) ? next.pc : giveUp.pc));
}

function compileExcept(compiler: StepCompiler, except: Except, targets: JumpTargets, error: number): void {
  const inner = compiler.inner(except);
  const as = except.as && compiler.declared(except.as).slot;
  const locals = localSlots(inner);
  const point = compiler.entryPoint('STEP_EXCEPT', inner);
  compiler.out.emit((next) => (frame, machine) => {
    const { value } = frame.slots[error] as Failure;
    frame.slots[error] = undefined;
    machine.began(point);
    for (const slot of locals) machine.clear(frame, slot);
    if (as !== undefined) machine.store(frame, as, value);
    machine.countStep();
    return next.pc;
  });
  compiler.out.inside(point, () => compiler.steps(except.steps, inner, { ...targets, steps: new Map(targets.steps) }));
}
