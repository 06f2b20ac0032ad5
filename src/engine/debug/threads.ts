import type { EffectRequest } from '../../machine/effect.ts';
import type { Location, Program } from '../../machine/program.ts';
import type { Frame, Thread } from '../../machine/state.ts';
import type { Step } from '../../workflow/syntax.ts';

/** The step that a frame is at. */
export function stepOf({ code, pc }: Frame): Step {
  return code.places[code.placeAt[pc]!]!.step;
}

/** The place in the text that a frame is at: the part of the step that runs where there is one, else the step. */
export function locationOf(program: Program, { code, pc }: Frame): Location | undefined {
  const { step } = code.places[code.placeAt[pc]!]!;
  for (let at = pc; at >= 0; at--) {
    const location = program.locations[code.locationAt[at]!];
    if (location?.step === step) return location;
  }
  return undefined;
}

/** Which iteration of each loop and which attempt of each try a frame is in, outermost first; empty where in none. */
export function blockNotes({ code, pc, slots }: Frame): string[] {
  return code.blocks.flatMap(({ kind, start, end, counterSlot, totalSlot }) => {
    const counter = slots[counterSlot];
    if (pc < start.pc || pc >= end.pc || typeof counter !== 'number') return [];
    const total = totalSlot === undefined ? undefined : slots[totalSlot];
    if (kind === 'try') return counter === 0 ? [] : [`attempt ${counter + 1}`];
    return [typeof total === 'number' ? `iteration ${counter + 1} of ${total}` : `iteration ${counter + 1}`];
  });
}

/** What a thread waits for, to complete "waits for …"; undefined where it does not wait. */
export function waitedFor({ state, pending }: Thread): string | undefined {
  if (state === 'joining') return 'its branches';
  return state === 'waiting' && pending ? describeRequest(pending.effect.request) : undefined;
}

function describeRequest(request: EffectRequest): string {
  switch (request.kind) {
    case 'sleep':
      return request.reason === 'retry' ? `the next try, in ${request.seconds} s` : `a sleep of ${request.seconds} s`;
    case 'sleepUntil':
      return `the time ${new Date(request.time).toISOString()}`;
    case 'http':
      return `the answer to ${request.method} ${request.url}`;
    case 'awaitCallback':
      return `a call of ${request.url}`;
    case 'connector':
      return `the connector ${request.name}`;
    default:
      return `the answer of ${request.kind}`;
  }
}
