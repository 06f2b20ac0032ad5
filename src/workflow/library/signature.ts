/**
 * The form in which every function of the standard library is described. The descriptions are data: argument checks
 * at run time, completion, hover, signature help and diagnostics all read the same table.
 */

export type ParameterType = 'any' | 'boolean' | 'bytes' | 'double' | 'function' | 'integer' | 'list' | 'map' | 'null' | 'string';

export interface Parameter {
  readonly name: string;
  readonly types: readonly ParameterType[];
  readonly optional: boolean;
  /** What an omitted argument means, as a literal to show to users. */
  readonly default?: string;
  /** The only strings that are right, where the documents list them. */
  readonly values?: readonly string[];
  readonly documentation: string;
}

export interface FunctionSignature {
  /** With its module, such as `text.split`. */
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  /** May be called by a call step only, never inside an expression (google-workflows 2.1). */
  readonly blocking: boolean;
  /** Answered by the host of the execution (clock, network, log …) instead of being computed. */
  readonly effect: boolean;
  /** Tags of the errors the function may raise. */
  readonly errors: readonly string[];
  readonly documentation: string;
  /** Address of the function's page in Google's reference. */
  readonly page: string;
}

/** A map or function of the library that is used without calling it, such as a retry policy. */
export interface LibraryValue {
  readonly name: string;
  readonly type: 'map' | 'function';
  readonly documentation: string;
  readonly page: string;
}

const reference = 'https://docs.cloud.google.com/workflows/docs/reference/stdlib/';

/** The page of a library member: `text.split` stands at `text/split`, expression helpers share one page. */
function pageOf(name: string): string {
  return reference + (name.includes('.') ? name.replaceAll('.', '/') : 'expression-helpers');
}

export function required(name: string, types: readonly ParameterType[], documentation: string, values?: readonly string[]): Parameter {
  return { name, types, optional: false, documentation, ...(values && { values }) };
}

export function optional(name: string, types: readonly ParameterType[], documentation: string, literal?: string, values?: readonly string[]): Parameter {
  return { name, types, optional: true, documentation, ...(literal !== undefined && { default: literal }), ...(values && { values }) };
}

interface Description {
  readonly parameters: readonly Parameter[];
  readonly returns: string;
  readonly errors: readonly string[];
  readonly documentation: string;
}

/** A function that is computed from its arguments alone. */
export function computed(name: string, description: Description): FunctionSignature {
  return { name, ...description, blocking: false, effect: false, page: pageOf(name) };
}

/** A function answered by the host that may still stand in an expression. */
export function answered(name: string, description: Description): FunctionSignature {
  return { name, ...description, blocking: false, effect: true, page: pageOf(name) };
}

/** A function answered by the host that only a call step may call. */
export function blocking(name: string, description: Description): FunctionSignature {
  return { name, ...description, blocking: true, effect: true, page: pageOf(name) };
}

export function libraryValue(name: string, type: 'map' | 'function', documentation: string): LibraryValue {
  return { name, type, documentation, page: pageOf(name) };
}
