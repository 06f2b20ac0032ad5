import { badExpression } from './error.ts';

/** The expressions of one debuggee's language; `Place` is what it needs to know of where they are evaluated. */
export interface ConditionLanguage<Place> {
  /** Throws an `Error` whose message says what is wrong with the text. */
  compile(expression: string): CompiledExpression<Place>;
}

export interface CompiledExpression<Place> {
  /** Throws an `Error` whose message says why there is no value. */
  evaluate(place: Place): ConditionValue;
}

export interface ConditionValue {
  /** Undefined where the value is neither true nor false. */
  readonly truth: boolean | undefined;
  /** As a message shows it: strings without quotes. */
  readonly text: string;
}

/** `met` may come with a reason: the condition could not be decided, and stopping is the honest answer. */
export interface Verdict {
  readonly met: boolean;
  readonly failure?: string;
}

/**
 * A condition is met by `true` only. One that fails or is not a boolean counts as met, and says why: running through
 * would hide the mistake. Throws `ConditionError` for a text that is no expression.
 */
export function parseCondition<Place>(text: string, language: ConditionLanguage<Place>): (place: Place) => Verdict {
  const compiled = compile('Condition', text, language);
  return (place) => {
    try {
      const value = compiled.evaluate(place);
      if (value.truth !== undefined) return { met: value.truth };
      return { met: true, failure: `Condition ${JSON.stringify(text)} gave ${value.text}, where true or false is needed.` };
    } catch (error) {
      return { met: true, failure: `Condition ${JSON.stringify(text)} could not be evaluated: ${reasonOf(error)}` };
    }
  };
}

export function compile<Place>(where: 'Condition' | 'Log message', text: string, language: ConditionLanguage<Place>): CompiledExpression<Place> {
  try {
    return language.compile(text);
  } catch (error) {
    throw badExpression(where, text, reasonOf(error));
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
