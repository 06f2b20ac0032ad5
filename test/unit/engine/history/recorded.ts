import { strict as assert } from 'node:assert';
import type { StepEntry, StepHistory } from '../../../../src/execution/stepEntry.ts';
import { StepRecorder, type RecorderOptions } from '../../../../src/engine/history/recorder.ts';
import { compile } from '../../../../src/machine/compile/compile.ts';
import type { Effect, Outcome } from '../../../../src/machine/effect.ts';
import { Machine } from '../../../../src/machine/machine.ts';
import { hasErrors, parseWorkflow } from '../../../../src/workflow/parse.ts';

export interface Recorded {
  readonly machine: Machine;
  readonly recorder: StepRecorder;
}

/** A machine with a recorder, at the beginning. Its clock counts the looks at it. */
export function recorded(text: string, options: Partial<RecorderOptions> = {}): Recorded {
  const document = parseWorkflow(text, 'yaml');
  assert.ok(!hasErrors(document.problems), document.problems.map((problem) => problem.message).join('\n'));
  const program = compile(document);
  const machine = new Machine(program, { argument: null, environment: new Map(), stepLimit: 1_000_000 });
  let time = 0;
  const recorder = new StepRecorder(program, { detailed: false, now: () => ++time, ...options });
  machine.steps = recorder;
  return { machine, recorder };
}

/** Runs to the end; effects are answered one after another, or until there are no answers any more. */
export function runToEnd({ machine, recorder }: Recorded, answer: (effect: Effect) => Outcome | undefined = () => ({ kind: 'done' })): StepRecorder {
  for (;;) {
    const stop = machine.run(1_000_000);
    if (stop.kind === 'waiting') {
      let answered = false;
      for (const effect of machine.takeEffects()) {
        const outcome = answer(effect);
        if (outcome) machine.resolve(effect.id, outcome);
        answered ||= outcome !== undefined;
      }
      if (!answered) return recorder;
    } else if (stop.kind === 'failed') {
      recorder.finish('STATE_FAILED', '"the end"');
      return recorder;
    } else if (stop.kind === 'returned') {
      return recorder;
    }
  }
}

/** The tree as text: one entry a line, indented by what it is in; without what is usual. */
export function treeText({ entries }: StepHistory): string[] {
  const depths = new Map<number, number>();
  return entries.map((entry) => {
    const depth = entry.parent === undefined ? 0 : (depths.get(entry.parent) ?? -1) + 1;
    depths.set(entry.id, depth);
    return `${'  '.repeat(depth)}${lineOf(entry)}`;
  });
}

function lineOf({ type, step, state, progress, thread, exception }: StepEntry): string {
  const parts = [type.replace('STEP_', ''), step];
  if (progress) parts.push(`#${progress.number}${progress.expected === undefined ? '' : `/${progress.expected}`}`);
  if (thread !== undefined) parts.push(`thread ${thread}`);
  if (state !== 'STATE_SUCCEEDED') parts.push(state.replace('STATE_', ''));
  if (exception !== undefined) parts.push(exception.length > 30 ? `${exception.slice(0, 30)}…` : exception);
  return parts.join(' ');
}
