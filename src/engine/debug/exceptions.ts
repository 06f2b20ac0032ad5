import type { ExceptionDetails, ExceptionFilter, ExceptionFilterBinding } from '../../debuggee/debuggee.ts';
import { ConditionError } from '../../debuggee/conditions/error.ts';
import { parseCondition, type Verdict } from '../../debuggee/conditions/expression.ts';
import { exceptionFilterKinds } from '../../debuggee/exceptionFilters.ts';
import type { Failure } from '../../machine/failure.ts';
import { ListValue, MapValue } from '../../machine/value.ts';
import type { Program } from '../../machine/program.ts';
import { conditionLanguage, type Place } from './expressions.ts';
import { displayText } from './valueText.ts';

interface ActiveFilter {
  readonly id: string;
  readonly condition: ((place: Place) => Verdict) | undefined;
  told: boolean;
}

export interface ExceptionVerdict {
  readonly stop: boolean;
  readonly breakMode: ExceptionDetails['breakMode'];
  readonly failure: string | undefined;
}

/** Which errors stop the execution. */
export class ExceptionStops {
  readonly #program: Program;
  #filters: readonly ActiveFilter[] = [];

  constructor(program: Program) {
    this.#program = program;
  }

  get any(): boolean {
    return this.#filters.length > 0;
  }

  set(filters: readonly ExceptionFilter[]): ExceptionFilterBinding[] {
    const active: ActiveFilter[] = [];
    const bindings = filters.map(({ id, condition }): ExceptionFilterBinding => {
      if (!exceptionFilterKinds.some((kind) => kind.id === id)) {
        return { verified: false, message: `There is no filter ${JSON.stringify(id)}; there are ${exceptionFilterKinds.map((kind) => kind.id).join(' and ')}.` };
      }
      try {
        active.push({ id, condition: condition === undefined || condition.trim() === '' ? undefined : parseCondition(condition, conditionLanguage(this.#program, undefined)), told: false });
        return { verified: true };
      } catch (error) {
        if (error instanceof ConditionError) return { verified: false, message: error.message };
        throw error;
      }
    });
    this.#filters = active;
    return bindings;
  }

  /** `caught`: a retry or except will get the error. `again`: it was raised before, and its handler passes it on. */
  decide(failure: Failure, caught: boolean, again: boolean, place: Place): ExceptionVerdict {
    const inside: Place = { ...place, error: failure.value };
    for (const filter of this.#filters) {
      if (filter.id === 'uncaught' ? caught : again) continue;
      const verdict: Verdict = filter.condition?.(inside) ?? { met: true };
      if (!verdict.met) continue;
      const told = filter.told;
      filter.told ||= verdict.failure !== undefined;
      return { stop: true, breakMode: caught ? 'always' : 'unhandled', failure: told ? undefined : verdict.failure };
    }
    return { stop: false, breakMode: 'always', failure: undefined };
  }
}

/** An error as a person reads it: its class, its message, every field, and where it came from. */
export function exceptionDetails(failure: Failure, breakMode: ExceptionDetails['breakMode']): ExceptionDetails {
  const { value, headline } = failure;
  const fields = value instanceof MapValue ? [...value.entries].map(([key, field]) => `${key}: ${displayText(field)}`) : [];
  return { id: className(failure), description: headline, breakMode, details: fields.join('\n'), stackTrace: failure.context.split('\n').slice(1).join('\n') };
}

function className({ value, headline }: Failure): string {
  const tags = value instanceof MapValue ? value.entries.get('tags') : undefined;
  const [first] = tags instanceof ListValue ? tags.items : [];
  return typeof first === 'string' ? first : (/^\w+(?=: )/.exec(headline)?.[0] ?? 'RuntimeError');
}
