import type { Binary, Call, Expression } from '../../workflow/expression/ast.ts';
import { functions } from '../../workflow/library/index.ts';
import type { Variable } from '../../workflow/scopes.ts';
import { share } from '../assign.ts';
import { raised, type Raised } from '../error.ts';
import { bindArguments, getEnv, libraryConstants, pureFunctions } from '../library/index.ts';
import {
  add,
  contains,
  divide,
  equals,
  floorDivide,
  greater,
  greaterOrEqual,
  index,
  less,
  lessOrEqual,
  modulo,
  multiply,
  negate,
  not,
  notEquals,
  property,
  subtract,
} from '../operators.ts';
import { shortCircuit, unassignedVariables } from '../switches.ts';
import { Double, FunctionValue, integer, ListValue, typeName, type Value } from '../value.ts';
import type { Machine } from '../machine.ts';
import type { Frame } from '../state.ts';
import { frameDistance, type Evaluate, type ExpressionContext } from './context.ts';
import { callsOut, inOrder, isCallOut, type Part } from './order.ts';

/** Compiles an expression to closures (google-workflows 2). */
export function compileExpression(expression: Expression, context: ExpressionContext): Evaluate {
  const reference = context.reference(expression);
  if (reference?.kind === 'variable') {
    const value = context.constantOf?.(reference.variable);
    return value === undefined ? readVariable(reference.variable, frameDistance(context.scope, reference.variable)) : constant(value);
  }
  if (reference?.kind === 'routine') return constant(new FunctionValue(reference.routine.name));
  if (reference?.kind === 'library') return libraryValue(reference.name);
  switch (expression.kind) {
    case 'literal':
      return constant(literal(expression.value));
    case 'name':
    case 'missing':
      // Programs with such problems are refused before they are compiled; a debugger's expression is not.
      return fails(raised('KeyError', expression.kind === 'name' ? `${expression.name} is not a variable here` : 'the expression is incomplete'));
    case 'member': {
      const object = compileExpression(expression.object, context);
      const { name } = expression;
      return (frame, machine) => property(object(frame, machine), name);
    }
    case 'index': {
      const [object, key] = operands([expression.object, expression.index], context) as [Evaluate, Evaluate];
      return (frame, machine) => index(object(frame, machine), key(frame, machine));
    }
    case 'list': {
      const items = operands(expression.items, context);
      return (frame, machine) => {
        const values = new Array<Value>(items.length);
        for (let i = 0; i < items.length; i++) values[i] = share(items[i]!(frame, machine));
        return new ListValue(values);
      };
    }
    case 'unary': {
      const operand = compileExpression(expression.operand, context);
      return expression.operator === '-' ? (frame, machine) => negate(operand(frame, machine)) : (frame, machine) => not(operand(frame, machine));
    }
    case 'binary':
      return binary(expression, context);
    case 'call':
      return call(expression, context);
  }
}

function literal(value: string | bigint | number | boolean | null): Value {
  if (typeof value === 'number') return new Double(value);
  // A literal beyond int64 has a problem of its own; here it keeps the nearest meaning.
  if (typeof value === 'bigint') return integer(value) ?? new Double(Number(value));
  return value;
}

function constant(value: Value): Evaluate {
  return () => value;
}

function fails(error: Raised): Evaluate {
  return () => {
    throw error;
  };
}

export function readVariable(variable: Variable, distance: number): Evaluate {
  const { slot, name } = variable;
  if (distance === 0) {
    return (frame) => {
      const value = frame.slots[slot] as Value | undefined;
      return value === undefined ? unassigned(name) : value;
    };
  }
  return (frame) => {
    let at = frame;
    for (let i = distance; i > 0; i--) at = at.outer!;
    const value = at.slots[slot] as Value | undefined;
    return value === undefined ? unassigned(name) : value;
  };
}

/** The value of a variable that no step on the way has assigned (google-workflows 1.14, rule 5). */
function unassigned(name: string): Value {
  if (unassignedVariables === 'null') return null;
  throw raised('KeyError', `variable not assigned yet: ${name}`, ['LookupError']);
}

function libraryValue(name: string): Evaluate {
  const value = libraryConstants.get(name) ?? new FunctionValue(name);
  return constant(value);
}

function operands(expressions: readonly Expression[], context: ExpressionContext): Evaluate[] {
  return inOrder(expressions.map((expression) => expressionPart(expression, context)), context);
}

export function expressionPart(expression: Expression, context: ExpressionContext): Part {
  return { compile: () => compileExpression(expression, context), callsOut: callsOut(expression, context), constant: expression.kind === 'literal' };
}

function binary(expression: Binary, context: ExpressionContext): Evaluate {
  const { operator } = expression;
  if (operator === 'and' || operator === 'or') return logical(expression, operator === 'and', context);
  const [left, right] = operands([expression.left, expression.right], context) as [Evaluate, Evaluate];
  // One closure per operator, so that the operator's function is known where it is called.
  switch (operator) {
    case '+':
      return (frame, machine) => add(left(frame, machine), right(frame, machine));
    case '-':
      return (frame, machine) => subtract(left(frame, machine), right(frame, machine));
    case '*':
      return (frame, machine) => multiply(left(frame, machine), right(frame, machine));
    case '/':
      return (frame, machine) => divide(left(frame, machine), right(frame, machine));
    case '//':
      return (frame, machine) => floorDivide(left(frame, machine), right(frame, machine));
    case '%':
      return (frame, machine) => modulo(left(frame, machine), right(frame, machine));
    case '<':
      return (frame, machine) => less(left(frame, machine), right(frame, machine));
    case '<=':
      return (frame, machine) => lessOrEqual(left(frame, machine), right(frame, machine));
    case '>':
      return (frame, machine) => greater(left(frame, machine), right(frame, machine));
    case '>=':
      return (frame, machine) => greaterOrEqual(left(frame, machine), right(frame, machine));
    case '==':
      return (frame, machine) => equals(left(frame, machine), right(frame, machine));
    case '!=':
      return (frame, machine) => notEquals(left(frame, machine), right(frame, machine));
    case 'in':
      return (frame, machine) => contains(left(frame, machine), right(frame, machine));
  }
}

/** `and` and `or` leave the right side alone where the left one decides. */
function logical(expression: Binary, isAnd: boolean, context: ExpressionContext): Evaluate {
  const operator = isAnd ? 'and' : 'or';
  if (!shortCircuit) {
    const [one, other] = operands([expression.left, expression.right], context).map((side) => boolean(side, operator)) as [Evaluate, Evaluate];
    return (frame, machine) => {
      const values = [one(frame, machine), other(frame, machine)];
      return isAnd ? !values.includes(false) : values.includes(true);
    };
  }
  const left = boolean(compileExpression(expression.left, context), operator);
  if (callsOut(expression.right, context)) {
    return context.branch(left, isAnd, () => boolean(compileExpression(expression.right, context), operator));
  }
  const right = boolean(compileExpression(expression.right, context), operator);
  return isAnd ? (frame, machine) => left(frame, machine) === true && right(frame, machine) === true : (frame, machine) => left(frame, machine) === true || right(frame, machine) === true;
}

function boolean(evaluate: Evaluate, operator: string): Evaluate {
  return (frame, machine) => {
    const value = evaluate(frame, machine);
    if (typeof value !== 'boolean') throw raised('TypeError', `'${operator}' needs booleans; got ${typeName(value)}`);
    return value;
  };
}

/** Functions whose result may hold their arguments; the others only read them. */
const keepsArguments = /^(?:default|if|(?:list|map|experimental\.executions)\..*)$/;

function call(expression: Call, context: ExpressionContext): Evaluate {
  const { name } = expression;
  const args = operands(expression.args, context);
  if (isCallOut(name, context)) return context.call(name, args);
  const signature = functions.get(name)!;
  const bind = (values: Value[]) => bindArguments(signature, values, undefined);
  if (name === 'sys.get_env') return (frame, machine) => getEnv(machine.environment, bind(evaluateAll(args, frame, machine)));
  const implementation = pureFunctions.get(name)!;
  if (keepsArguments.test(name)) {
    return (frame, machine) => {
      const values = evaluateAll(args, frame, machine);
      for (const value of values) share(value);
      return implementation(bind(values));
    };
  }
  const [only] = args;
  // Most calls have one argument and take one: nothing to bind.
  if (only && args.length === 1 && signature.parameters.length === 1) return (frame, machine) => implementation([only(frame, machine)]);
  return (frame, machine) => implementation(bind(evaluateAll(args, frame, machine)));
}

export function evaluateAll(evaluates: readonly Evaluate[], frame: Frame, machine: Machine): Value[] {
  const values = new Array<Value>(evaluates.length);
  for (let i = 0; i < evaluates.length; i++) values[i] = evaluates[i]!(frame, machine);
  return values;
}
