import { functions, type FunctionSignature, type Parameter, type ParameterType } from '../../workflow/library/index.ts';
import { unsupportedOperand, withArticle } from '../describe.ts';
import { raised } from '../error.ts';
import { typeName, type Value } from '../value.ts';

/** Arguments in the order of the signature; undefined is an omitted optional one. */
export type Arguments = readonly (Value | undefined)[];

/** Computes a result. An omitted optional argument is undefined, or missing at the end. Raises the signature's errors. */
export type PureFunction = (args: Arguments) => Value;

/**
 * Puts the checks of the description table before an implementation, so that the implementation may declare its
 * parameters with the types the table promises.
 */
export function define(name: string, implementation: (...args: never[]) => Value): readonly [string, PureFunction] {
  const check = argumentCheck(described(name));
  return [name, (args) => implementation(...(check(args) as never[]))];
}

export function described(name: string): FunctionSignature {
  const signature = functions.get(name);
  if (!signature) throw new Error(`${name} is not in the table of library functions`);
  return signature;
}

/** Checks the number and the types of arguments. The result is the arguments with null for an optional one left out. */
export function argumentCheck(signature: FunctionSignature): (args: Arguments) => Arguments {
  const masks = signature.parameters.map(mask);
  return (args) => {
    let checked = args;
    if (args.length > masks.length) throw tooMany(signature, args.length);
    for (let i = 0; i < masks.length; i++) {
      const value = args[i];
      if (value !== undefined && (masks[i]! & bit(value)) !== 0) continue;
      const parameter = signature.parameters[i]!;
      if (value !== undefined && !(value === null && parameter.optional)) throw wrongType(signature, parameter, value);
      if (!parameter.optional) throw missing(signature, parameter);
      // Null stands for an omitted argument, as in `[${null}, "ERROR", text]` on Google's page of sys.log.
      if (value === null) checked = checked.with(i, undefined);
    }
    return checked;
  };
}

/**
 * Puts the arguments of a call in the order of the signature. Raises TypeError for unknown, missing, repeated and too
 * many arguments; their types are checked when the function is called.
 */
export function bindArguments(
  signature: FunctionSignature,
  positional: readonly Value[] | undefined,
  named: ReadonlyMap<string, Value> | undefined,
): (Value | undefined)[] {
  const { parameters } = signature;
  if (positional && positional.length > parameters.length) throw tooMany(signature, positional.length);
  const bound: (Value | undefined)[] = parameters.map((_, i) => positional?.[i]);
  for (const [name, value] of named ?? []) {
    const i = parameters.findIndex((parameter) => parameter.name === name);
    if (i < 0) throw raised('TypeError', `${signature.name} has no parameter ${JSON.stringify(name)}; ${parameterList(signature)}`);
    if (bound[i] !== undefined) throw raised('TypeError', `${signature.name} got the argument "${name}" twice`);
    bound[i] = value;
  }
  for (const [i, parameter] of parameters.entries()) {
    if (!parameter.optional && bound[i] === undefined) throw missing(signature, parameter);
  }
  return bound;
}

const bits: Readonly<Record<ParameterType, number>> = {
  boolean: 1,
  bytes: 2,
  double: 4,
  function: 8,
  integer: 16,
  list: 32,
  map: 64,
  null: 128,
  string: 256,
  any: 511,
};

function mask(parameter: Parameter): number {
  return parameter.types.reduce((sum, type) => sum | bits[type], 0);
}

function bit(value: Value): number {
  return bits[typeName(value)];
}

function wrongType(signature: FunctionSignature, parameter: Parameter, value: Value) {
  // The helpers of one argument are operators of a kind, and told as such.
  if (!signature.name.includes('.') && signature.parameters.length === 1) {
    return raised('TypeError', unsupportedOperand(`${signature.name}()`, value, typeList(parameter.types)));
  }
  return raised('TypeError', `${signature.name}: expecting ${typeList(parameter.types)} for ${parameter.name}; got ${withArticle(value)}`);
}

function missing(signature: FunctionSignature, parameter: Parameter) {
  return raised('TypeError', `${signature.name} needs the argument "${parameter.name}"; ${parameterList(signature)}`);
}

function tooMany(signature: FunctionSignature, count: number) {
  return raised('TypeError', `${signature.name} got ${count} arguments; ${parameterList(signature)}`);
}

function parameterList({ parameters }: FunctionSignature): string {
  if (parameters.length === 0) return 'it has no parameters';
  return `its parameters are ${parameters.map(({ name, optional }) => (optional ? `${name} (optional)` : name)).join(', ')}`;
}

/** Such as `number, string, or boolean`, the wording seen on the real service (google-workflows 4.6). */
function typeList(types: readonly ParameterType[]): string {
  const both = types.includes('integer') && types.includes('double');
  const names = types.filter((type) => !both || type !== 'double').map((type) => (both && type === 'integer' ? 'number' : type));
  if (names.length < 3) return names.join(' or ');
  return `${names.slice(0, -1).join(', ')}, or ${names.at(-1)!}`;
}
