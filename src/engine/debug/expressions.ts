import { DebugError } from '../../debuggee/debuggee.ts';
import { compileExpression } from '../../machine/compile/expression.ts';
import type { Evaluate } from '../../machine/compile/context.ts';
import { share } from '../../machine/assign.ts';
import { Raised } from '../../machine/error.ts';
import { JsonError, parseJson } from '../../machine/json.ts';
import type { Machine } from '../../machine/machine.ts';
import { Frame } from '../../machine/state.ts';
import type { Value } from '../../machine/value.ts';
import { functions, isConnector } from '../../workflow/library/index.ts';
import { childrenOf, type Expression } from '../../workflow/expression/ast.ts';
import { parseExpression } from '../../workflow/expression/parse.ts';
import { referenceOf, type Scope, type Variable } from '../../workflow/scopes.ts';
import type { Range } from '../../source/text.ts';
import type { Routine } from '../../workflow/syntax.ts';

/** Where an expression of the debugger is evaluated: a frame and the names that are visible at its place. */
export interface ExpressionPlace {
  readonly machine: Machine;
  readonly frame: Frame;
  readonly scope: Scope;
  readonly routines: ReadonlyMap<string, Routine>;
}

/** A parsed expression of the debugger; which variables it means depends on where it is evaluated. */
export interface DebugExpression {
  readonly expression: Expression;
  /** Compiled once per scope, because a breakpoint evaluates the same one again and again. */
  readonly compiled: Map<Scope, Evaluate>;
}

/** Reads an expression, with or without `${}`. Throws `DebugError` that says what is wrong with it. */
export function parseDebugExpression(text: string): DebugExpression {
  const trimmed = text.trim();
  const inner = trimmed.startsWith('${') && trimmed.endsWith('}') ? trimmed.slice(2, -1) : trimmed;
  if (inner.trim() === '') throw new DebugError('There is no expression. Write one such as order.items[0].price.');
  const { expression, problems } = parseExpression(inner);
  if (problems[0]) throw new DebugError(problems[0].message);
  refuseCalls(expression);
  return { expression, compiled: new Map() };
}

/** Computes without changing or calling anything. Throws `DebugError` with the error that the expression raised. */
export function evaluateAt(debug: DebugExpression, place: ExpressionPlace): Value {
  const { scope, machine, frame } = place;
  let evaluate = debug.compiled.get(scope);
  if (!evaluate) {
    evaluate = compileExpression(debug.expression, {
      scope,
      routines: place.routines,
      reference: (expression) => referenceOf(expression, scope, place.routines),
      call: (name) => {
        throw callRefused(name);
      },
      // Only needed around calls, and there are none.
      keep: (kept) => kept,
      branch: (condition) => condition,
    });
    debug.compiled.set(scope, evaluate);
  }
  try {
    return share(evaluate(frame, machine));
  } catch (error) {
    if (error instanceof Raised) throw new DebugError(error.headline);
    throw error;
  }
}

/** A value as typed by a user: JSON, which also has maps, or an expression. Throws `DebugError`. */
export function evaluateTyped(text: string, place: ExpressionPlace): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    // A map is no expression, so what is wrong with the JSON is the better message.
    if (/^\s*\{/.test(text)) throw new DebugError(`This is not a JSON value: ${error.message}.`);
  }
  return evaluateAt(parseDebugExpression(text), place);
}

/** The place inside an imagined block that knows one more variable, such as the error `e` of an exception filter. */
export function placeWith(place: ExpressionPlace, name: string, value: Value): ExpressionPlace {
  const scope = scopeWith(place.scope, name);
  return { ...place, scope, frame: new Frame(place.frame.code, [value], place.frame.pc, place.frame) };
}

/** A block that knows one variable more than the place it stands at. */
class ImaginedScope implements Scope {
  readonly kind = 'branch';
  readonly parent: Scope;
  readonly variables: Map<string, Variable>;
  readonly owner: Scope = this;
  readonly slots = 1;
  readonly shared: ReadonlySet<string> = new Set();
  readonly range: Range;

  constructor(parent: Scope, name: string) {
    this.parent = parent;
    this.range = parent.range;
    this.variables = new Map([[name, { name, kind: 'error', scope: this, slot: 0, declaredAt: parent.range }]]);
  }
}

const imaginedScopes = new WeakMap<Scope, Map<string, Scope>>();

/** The same scope object each time, so that compiled expressions are found again. */
function scopeWith(parent: Scope, name: string): Scope {
  const known = imaginedScopes.get(parent) ?? new Map<string, Scope>();
  imaginedScopes.set(parent, known);
  const scope = known.get(name) ?? new ImaginedScope(parent, name);
  known.set(name, scope);
  return scope;
}

/** The first name that means nothing in a scope, where it is known before anything runs. */
export function unknownName({ expression }: DebugExpression, scope: Scope, routines: ReadonlyMap<string, Routine>): string | undefined {
  const visit = (part: Expression): string | undefined => {
    if (referenceOf(part, scope, routines)) return undefined;
    if (part.kind === 'name') return part.name;
    for (const child of childrenOf(part)) {
      const found = visit(child);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return visit(expression);
}

function refuseCalls(expression: Expression): void {
  if (expression.kind === 'call') {
    const signature = functions.get(expression.name);
    if (!signature || signature.effect || signature.blocking) throw callRefused(expression.name);
  }
  for (const child of childrenOf(expression)) refuseCalls(child);
}

function callRefused(name: string): DebugError {
  const signature = functions.get(name);
  if (signature || isConnector(name)) return new DebugError(`The debugger does not call ${name}: it reaches outside of the workflow, and looking at values must not change anything.`);
  return new DebugError(`The debugger does not call ${name}: only functions of the standard library that compute something can be used here.`);
}
