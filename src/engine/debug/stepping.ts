import type { ResumeCommand } from '../../debuggee/debuggee.ts';
import type { Watch } from '../../machine/stop.ts';
import type { Location } from '../../machine/program.ts';
import type { Thread } from '../../machine/state.ts';

/** Stops before the next step of any thread: for a pause, and for a stop on entry. */
export const anyStep: Watch = (_thread, location) => location.kind === 'step';

/**
 * Where a step command stops. It follows one thread; the others run on. A branch that ends goes on in the thread
 * around it, as a routine that ends goes on in its caller.
 */
export function stepWatch(command: Extract<ResumeCommand, { kind: 'next' | 'stepIn' | 'stepOut' }>, stepped: Thread): Watch {
  const depth = stepped.frames.length;
  const frame = stepped.top;
  const counts = (location: Location): boolean => location.kind === 'step' || command.granularity === 'line';
  return (thread, location) => {
    if (!counts(location)) return false;
    if (thread === stepped) {
      if (command.kind === 'stepIn') return true;
      // A call after this one in the same expression has the same depth, but it is another frame.
      return thread.frames.length < depth || (command.kind === 'next' && thread.top === frame);
    }
    // Into a parallel step is into its first branch.
    if (command.kind === 'stepIn' && stepped.join !== undefined && thread.group === stepped.join) return true;
    return stepped.state === 'ended' && thread === livingOwner(stepped);
  };
}

function livingOwner(thread: Thread): Thread | undefined {
  let owner = thread.group?.owner;
  while (owner?.state === 'ended') owner = owner.group?.owner;
  return owner;
}
