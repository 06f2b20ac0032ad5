/** A condition or log message that cannot be used; the message is shown on its breakpoint. */
export class ConditionError extends Error {
  override readonly name = 'ConditionError';
}

/** `hitCondition` is what was typed. */
export function badHitCondition(hitCondition: string): ConditionError {
  return new ConditionError(`Hit count ${JSON.stringify(hitCondition)} is not understood: write a number such as 3, or one of > >= = < <= % and a number, such as ">= 3" or "% 10".`);
}

export function zeroDivisor(hitCondition: string): ConditionError {
  return new ConditionError(`Hit count ${JSON.stringify(hitCondition)} would never be reached: % needs a number above 0.`);
}

/** `column` is 1-based in the log message. */
export function unclosedExpression(column: number): ConditionError {
  return new ConditionError(`Log message: the "{" at column ${column} is not closed by "}". Write "\\{" for a brace that is only text.`);
}

export function emptyExpression(column: number): ConditionError {
  return new ConditionError(`Log message: the braces at column ${column} hold no expression. Write "\\{" for a brace that is only text.`);
}

export function badExpression(where: 'Condition' | 'Log message', expression: string, reason: string): ConditionError {
  return new ConditionError(`${where} ${JSON.stringify(expression)}: ${reason}`);
}
