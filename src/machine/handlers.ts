import type { Handler } from './program.ts';
import type { Frame, Thread } from './state.ts';

/** The innermost try around the frame's position. */
export function handlerOf(frame: Frame): Handler | undefined {
  return frame.code.handlers[frame.code.handlerAt[frame.pc]!];
}

/** Whether a try around the thread's position, or around the parallel step it belongs to, takes errors. */
export function isCaught(thread: Thread): boolean {
  for (let at: Thread | undefined = thread; at; at = at.group?.owner) if (at.frames.some((frame) => handlerOf(frame))) return true;
  return false;
}
