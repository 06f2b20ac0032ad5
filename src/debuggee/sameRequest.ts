import type { BreakpointRequest } from './debuggee.ts';

/** Whether a breakpoint is the same one as before, as the user sees it; then it keeps its id and its count of hits. */
export function sameRequest(left: BreakpointRequest, right: BreakpointRequest): boolean {
  return left.line === right.line && left.column === right.column && left.condition === right.condition && left.hitCondition === right.hitCondition && left.logMessage === right.logMessage;
}
