import { parseExpression } from '../workflow/expression/parse.ts';
import { functions, isConnector } from '../workflow/library/index.ts';
import { parseTarget } from '../workflow/names.ts';
import { Problems } from '../workflow/problems.ts';
import { lookup, referenceOf, visibleVariables, type Reference, type Scope, type Variable } from '../workflow/scopes.ts';
import { compileExpression } from './compile/expression.ts';
import { frameDistance, type Evaluate, type ExpressionContext } from './compile/context.ts';
import { JsonError, parseJson } from './json.ts';
import type { Machine } from './machine.ts';
import type { Frame } from './state.ts';
import type { Value } from './value.ts';

/** An expression that a debugger cannot evaluate as it stands; the message is for its user. */
export class InspectionError extends Error {
  override readonly name = 'InspectionError';
}

/** The static scope at a frame's position. */
export function scopeOf(frame: Frame): Scope {
  return frame.code.places[frame.code.placeAt[frame.pc]!]!.scope;
}

/** The frame in which a variable lives, seen from a frame's position. */
export function frameOf(frame: Frame, variable: Variable): Frame {
  let at = frame;
  for (let i = frameDistance(scopeOf(frame), variable); i > 0; i--) at = at.outer!;
  return at;
}

/** Variables visible at a frame's position, innermost scope first; undefined where not assigned yet. */
export function variablesOf(frame: Frame): { readonly variable: Variable; readonly value: Value | undefined }[] {
  return visibleVariables(scopeOf(frame)).map((variable) => ({ variable, value: frameOf(frame, variable).slots[variable.slot] as Value | undefined }));
}

/**
 * Evaluates an expression, with or without `${}`, as if it stood at the frame's position. Names in `extra` come
 * first, such as the error of an exception condition. Calls that reach outside or into the workflow are refused.
 * Throws InspectionError, or what the expression raises (`Raised`).
 */
export function evaluate(machine: Machine, frame: Frame, text: string, extra?: ReadonlyMap<string, Value>): Value {
  return compileAt(machine, frame, text, extra)(frame, machine);
}

function compileAt(machine: Machine, frame: Frame, text: string, extra?: ReadonlyMap<string, Value>): Evaluate {
  const trimmed = text.trim();
  const bare = trimmed.startsWith('${') && trimmed.endsWith('}') ? trimmed.slice(2, -1) : trimmed;
  if (bare.trim() === '') throw new InspectionError('There is no expression.');
  const parsed = parseExpression(bare);
  const [problem] = parsed.problems;
  if (problem) throw new InspectionError(problem.message);
  return compileExpression(parsed.expression, inspectionContext(machine, frame, extra));
}

function inspectionContext(machine: Machine, frame: Frame, extra: ReadonlyMap<string, Value> | undefined): ExpressionContext {
  const scope = extra ? extraScope(scopeOf(frame), extra) : scopeOf(frame);
  const routines = new Map([...machine.program.routines].map(([name, code]) => [name, code.routine]));
  const computed = (evaluate: Evaluate): Evaluate => evaluate;
  return {
    scope: scopeOf(frame),
    routines,
    reference: (expression): Reference | undefined => {
      const reference = referenceOf(expression, scope, routines);
      if (!reference && expression.kind === 'name') throw new InspectionError(`"${expression.name}" is not a variable here.`);
      return reference;
    },
    constantOf: (variable) => (variable.scope === scope ? extra?.get(variable.name) : undefined),
    call: (name) => {
      if (!routines.has(name) && !functions.has(name) && !isConnector(name)) throw new InspectionError(`No function is named "${name}".`);
      const what = routines.has(name) ? 'a subworkflow' : 'a function that reaches outside the workflow';
      throw new InspectionError(`"${name}" is ${what}; a debugger's expression only computes.`);
    },
    // Nothing is called out, so nothing has to be kept or left out.
    keep: computed,
    branch: (_condition, _when, then) => then(),
  };
}

/** A scope inside the frame's own that holds only the extra names. */
function extraScope(parent: Scope, extra: ReadonlyMap<string, Value>): Scope {
  const variables = new Map<string, Variable>();
  const scope: Scope = { kind: 'except', parent, variables, owner: parent.owner, slots: 0, shared: new Set(), range: parent.range };
  for (const name of extra.keys()) variables.set(name, { name, kind: 'error', scope, slot: -1, declaredAt: parent.range });
  return scope;
}

/**
 * Assigns the value of an expression to a target such as `order.items[2].price` at a frame's position, and gives the
 * value. Throws InspectionError, or what the expressions raise.
 */
export function assign(machine: Machine, frame: Frame, target: string, valueText: string): Value {
  return assignValue(machine, frame, target, () => evaluate(machine, frame, valueText));
}

/** The same with what somebody typed: JSON first, because it has maps, which expressions have not. */
export function assignTyped(machine: Machine, frame: Frame, target: string, text: string): Value {
  return assignValue(machine, frame, target, () => {
    try {
      return parseJson(text);
    } catch (error) {
      if (!(error instanceof JsonError)) throw error;
      // A map is no expression, so what is wrong with the JSON is the better message.
      if (/^\s*\{/.test(text)) throw new InspectionError(`This is not a JSON value: ${error.message}.`);
    }
    return evaluate(machine, frame, text);
  });
}

/** The same for a value that is made when the target is known to be one. */
function assignValue(machine: Machine, frame: Frame, target: string, make: () => Value): Value {
  const problems = new Problems();
  const parsed = parseTarget(target.trim(), (offset) => offset, problems);
  if (!parsed) throw new InspectionError(problems.list[0]?.message ?? `"${target}" cannot be assigned to.`);
  const variable = lookup(scopeOf(frame), parsed.name);
  if (!variable) throw new InspectionError(`"${parsed.name}" is not a variable here.`);
  const value = make();
  const home = frameOf(frame, variable);
  if (parsed.path.length === 0) {
    machine.store(home, variable.slot, value);
    return value;
  }
  const context = inspectionContext(machine, frame, undefined);
  const keys = parsed.path.map((part) => (part.kind === 'index' ? compileExpression(part.index, context)(frame, machine) : part.kind === 'member' ? part.name : ''));
  const root = home.slots[variable.slot] as Value | undefined;
  if (root === undefined) throw new InspectionError(`"${parsed.name}" has no value yet.`);
  machine.storePart(home, variable.slot, root, keys, value);
  return value;
}
