import { strict as assert } from 'node:assert';
import { compile } from '../../../src/machine/compile/compile.ts';
import { printJson } from '../../../src/machine/json.ts';
import { Machine } from '../../../src/machine/machine.ts';
import type { MachineStop } from '../../../src/machine/stop.ts';
import type { Value } from '../../../src/machine/value.ts';
import { hasErrors, parseWorkflow } from '../../../src/workflow/parse.ts';

/** A machine at the beginning of a definition. */
export function machineOf(text: string, argument: Value = null): Machine {
  const document = parseWorkflow(text, 'yaml');
  assert.ok(!hasErrors(document.problems), document.problems.map((problem) => problem.message).join('\n'));
  return new Machine(compile(document), { argument, environment: new Map([['HOME_CITY', 'Graz']]) });
}

/** Where a step or part of it can stop, as `step@line` or `step@line item`. */
export function describeStop(machine: Machine, stop: MachineStop): string {
  switch (stop.kind) {
    case 'stopped': {
      const { location, thread } = stop;
      const { line } = machine.program.source.lines.position(location.range.start);
      return `${location.step.name}@${line}${location.kind === 'item' ? ' item' : ''}${thread.id === 1 ? '' : ` in thread ${thread.id}`}`;
    }
    case 'raised':
      return `raised ${stop.failure.headline}${stop.caught ? ', caught' : ''}${stop.again ? ', again' : ''}`;
    case 'returned':
      return `returned ${printJson(stop.value)}`;
    case 'failed':
      return `failed ${stop.failure.headline}`;
    default:
      return stop.kind;
  }
}

/** Runs on and on, effects answered with `done`, until the end or `most` stops. */
export function allStops(machine: Machine, most = 100): string[] {
  const stops: string[] = [];
  while (stops.length < most) {
    const stop = machine.run(1_000_000);
    if (stop.kind === 'waiting') {
      for (const effect of machine.takeEffects()) machine.resolve(effect.id, { kind: 'done' });
      continue;
    }
    stops.push(describeStop(machine, stop));
    if (stop.kind === 'returned' || stop.kind === 'failed') break;
  }
  return stops;
}

/** Flags the locations whose range begins on a line. */
export function stopAtLine(machine: Machine, line: number): void {
  for (const location of machine.program.locations) {
    if (machine.program.source.lines.position(location.range.start).line === line) machine.stopAt[location.id] = 1;
  }
}

/** Runs until the machine stops at a line for the `times`-th time. */
export function runToLine(machine: Machine, line: number, times = 1): Extract<MachineStop, { kind: 'stopped' }> {
  stopAtLine(machine, line);
  for (let i = 0; ; ) {
    const stop = machine.run(1_000_000);
    if (stop.kind === 'waiting') {
      for (const effect of machine.takeEffects()) machine.resolve(effect.id, { kind: 'done' });
      continue;
    }
    assert.ok(stop.kind === 'stopped', describeStop(machine, stop));
    if (++i === times) return stop;
  }
}
