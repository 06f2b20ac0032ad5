import { DebugError } from '../../debuggee/debuggee.ts';
import type { ConditionLanguage } from '../../debuggee/conditions/expression.ts';
import { assignTyped, evaluate, InspectionError } from '../../machine/inspect.ts';
import { Raised } from '../../machine/error.ts';
import type { Machine } from '../../machine/machine.ts';
import type { Program } from '../../machine/program.ts';
import type { Frame } from '../../machine/state.ts';
import type { Value } from '../../machine/value.ts';
import { childrenOf, type Expression } from '../../workflow/expression/ast.ts';
import { parseExpression } from '../../workflow/expression/parse.ts';
import { functions, isConnector } from '../../workflow/library/index.ts';
import { referenceOf, type Scope } from '../../workflow/scopes.ts';
import { plainText } from './valueText.ts';

/** Where an expression of the debugger is evaluated. */
export interface Place {
  readonly machine: Machine;
  readonly frame: Frame;
  /** The error that an exception filter's condition sees as `e`. */
  readonly error?: Value;
}

/** Computes without changing or calling anything. Throws `DebugError`. */
export function evaluateAt({ machine, frame, error }: Place, text: string): Value {
  return told(() => evaluate(machine, frame, text, error === undefined ? undefined : new Map([['e', error]])));
}

/** Assigns to a variable or a part of one, and gives the value. What is typed is JSON or an expression. Throws `DebugError`. */
export function assignAt(place: Place, target: string, valueText: string): Value {
  return told(() => assignTyped(place.machine, place.frame, target, valueText));
}

function told(compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    if (error instanceof Raised) throw new DebugError(error.headline);
    if (error instanceof InspectionError) throw new DebugError(error.message);
    throw error;
  }
}

/**
 * The expressions of workflows, for conditions and log messages. What is wrong with a text is told when it is set, not
 * when it is reached; `scope` is that of the place where it will be evaluated, undefined where it is not known.
 */
export function conditionLanguage(program: Program, scope: Scope | undefined): ConditionLanguage<Place> {
  return {
    compile(text) {
      check(text, program, scope);
      return {
        evaluate(place) {
          const value = evaluateAt(place, text);
          return { truth: typeof value === 'boolean' ? value : undefined, text: plainText(value) };
        },
      };
    },
  };
}

/** Throws `DebugError` for a text that is no expression, that calls something, or that names what is not there. */
export function check(text: string, program: Program, scope: Scope | undefined): void {
  if (text.trim() === '') throw new DebugError('There is no expression. Write one such as order.items[0].price.');
  const trimmed = text.trim();
  const bare = trimmed.startsWith('${') && trimmed.endsWith('}') ? trimmed.slice(2, -1) : trimmed;
  const { expression, problems } = parseExpression(bare);
  if (problems[0]) throw new DebugError(problems[0].message);
  const routines = new Map([...program.routines].map(([name, code]) => [name, code.routine]));
  const visit = (part: Expression): void => {
    if (part.kind === 'call') refuseCall(part.name, routines);
    if (scope && referenceOf(part, scope, routines)) return;
    if (scope && part.kind === 'name') throw new DebugError(`"${part.name}" is not a variable at this step.`);
    for (const child of childrenOf(part)) visit(child);
  };
  visit(expression);
}

function refuseCall(name: string, routines: ReadonlyMap<string, unknown>): void {
  const signature = functions.get(name);
  if (signature && !signature.effect && !signature.blocking) return;
  if (routines.has(name)) throw new DebugError(`"${name}" is a subworkflow; a debugger's expression only computes.`);
  if (signature || isConnector(name)) throw new DebugError(`"${name}" is a function that reaches outside the workflow; a debugger's expression only computes.`);
  throw new DebugError(`There is no function "${name}".`);
}
