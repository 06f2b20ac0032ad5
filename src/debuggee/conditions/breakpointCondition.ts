import type { BreakpointRequest } from '../debuggee.ts';
import { compile, parseCondition, reasonOf, type ConditionLanguage, type Verdict } from './expression.ts';
import { parseHitCount } from './hitCount.ts';
import { parseLogMessage } from './logMessage.ts';

/** What to do at a breakpoint that was reached. `failure` says once why a condition could not be decided. */
export type BreakpointDecision = { readonly kind: 'pass' } | { readonly kind: 'log'; readonly text: string } | { readonly kind: 'stop'; readonly failure: string | undefined };

/** Decides each time a breakpoint's place is reached, and counts. */
export type BreakpointCondition<Place> = (place: Place) => BreakpointDecision;

/**
 * Condition, hit count and log message of a breakpoint together: hits count only where the condition is met, and a
 * message is printed (instead of stopping) where both are. Throws `ConditionError`.
 */
export function breakpointCondition<Place>(request: Pick<BreakpointRequest, 'condition' | 'hitCondition' | 'logMessage'>, language: ConditionLanguage<Place>): BreakpointCondition<Place> {
  const condition = given(request.condition) ? parseCondition(request.condition, language) : alwaysMet;
  const hitCount = given(request.hitCondition) ? parseHitCount(request.hitCondition) : () => true;
  const message = given(request.logMessage) ? logMessage(request.logMessage, language) : undefined;
  let hits = 0;
  let told = false;
  return (place) => {
    const { met, failure } = condition(place);
    if (!met) return { kind: 'pass' };
    if (failure !== undefined) {
      const first = !told;
      told = true;
      return { kind: 'stop', failure: first ? failure : undefined };
    }
    if (!hitCount(++hits)) return { kind: 'pass' };
    return message ? { kind: 'log', text: message(place) } : { kind: 'stop', failure: undefined };
  };
}

function alwaysMet(): Verdict {
  return { met: true };
}

/** Clients send empty texts for fields that a user opened and left empty. */
function given(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== '';
}

/** A failing expression prints its failure in its place, so that the rest of the message is not lost. */
function logMessage<Place>(message: string, language: ConditionLanguage<Place>): (place: Place) => string {
  const parts = parseLogMessage(message).map((part) => {
    if (part.kind === 'text') return () => part.text;
    const compiled = compile('Log message', part.expression, language);
    return (place: Place) => {
      try {
        return compiled.evaluate(place).text;
      } catch (error) {
        return `{${part.expression}: ${reasonOf(error)}}`;
      }
    };
  });
  return (place) => parts.map((part) => part(place)).join('');
}
