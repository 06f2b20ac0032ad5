import type { ScalarNode } from '../source/data.ts';
import type { Range } from '../source/text.ts';
import type { Expression } from './expression/ast.ts';
import { functions, type FunctionSignature, type ParameterType } from './library/index.ts';
import type { Problems } from './problems.ts';
import type { Template } from './syntax.ts';

/** The types that follow from the text alone; undefined where a value could be of any. */

type KnownType = Exclude<ParameterType, 'any'>;

const results: ReadonlySet<string> = new Set<KnownType>(['boolean', 'bytes', 'double', 'integer', 'list', 'map', 'string']);
const booleanOperators: ReadonlySet<string> = new Set(['and', 'or', 'in', '==', '!=', '<', '<=', '>', '>=']);

function typeOfTemplate(template: Template, own: ReadonlySet<string>): KnownType | undefined {
  if (template.kind === 'expression') return typeOfExpression(template.expression, own);
  const { node } = template;
  if (node.kind !== 'scalar') return node.kind;
  return isOtherwiseInYaml11(node) ? undefined : typeOfLiteral(node.value);
}

/** What YAML 1.1 reads as a boolean or a number, and 1.2 as a text. Which of them the service follows is not known (google-workflows 1.1). */
function isOtherwiseInYaml11({ style, value }: ScalarNode): boolean {
  return style === 'plain' && typeof value === 'string' && /^(?:y|n|yes|no|on|off|[-+]?(?:0b[01_]+|\d[\d_]*(?::[0-5]?\d)*(?:\.[\d_]*)?))$/i.test(value);
}

/** `own` are the names of subworkflows, which hide functions of the library. */
function typeOfExpression(expression: Expression, own: ReadonlySet<string>): KnownType | undefined {
  switch (expression.kind) {
    case 'literal':
      return typeOfLiteral(expression.value);
    case 'list':
      return 'list';
    case 'binary':
      return booleanOperators.has(expression.operator) ? 'boolean' : undefined;
    case 'unary':
      return expression.operator === 'not' ? 'boolean' : undefined;
    case 'call': {
      // What the environment answers may be missing, and so may a default of any type be there instead.
      if (own.has(expression.name) || expression.name === 'sys.get_env') return undefined;
      const type = functions.get(expression.name)?.returns.split(' ')[0];
      return type !== undefined && results.has(type) ? (type as KnownType) : undefined;
    }
    default:
      return undefined;
  }
}

function typeOfLiteral(value: string | bigint | number | boolean | null): KnownType {
  if (value === null) return 'null';
  return ({ string: 'string', bigint: 'integer', number: 'double', boolean: 'boolean' } as const)[typeof value as 'string' | 'bigint' | 'number' | 'boolean'];
}

export interface GivenArgument {
  readonly type: KnownType | undefined;
  /** A text that is written as it is. */
  readonly text: string | undefined;
  readonly range: Range;
}

export function givenInTemplate(template: Template, own: ReadonlySet<string>): GivenArgument {
  if (template.kind === 'expression') return givenInExpression(template.expression, own);
  const { node } = template;
  return { type: typeOfTemplate(template, own), text: node.kind === 'scalar' && typeof node.value === 'string' ? node.value : undefined, range: node.range };
}

export function givenInExpression(expression: Expression, own: ReadonlySet<string>): GivenArgument {
  const text = expression.kind === 'literal' && typeof expression.value === 'string' ? expression.value : undefined;
  return { type: typeOfExpression(expression, own), text, range: expression.range };
}

/** Warns of an argument that the function cannot take whatever happens: the service deploys the call, and it raises an error. */
export function checkArgument(signature: FunctionSignature, name: string, given: GivenArgument, problems: Problems): void {
  const parameter = signature.parameters.find((candidate) => candidate.name === name);
  if (!parameter || given.type === undefined || (given.type === 'null' && parameter.optional)) return;
  const { types, values } = parameter;
  if (!types.includes('any') && !types.includes(given.type)) {
    const hint = given.type === 'string' && types.includes('bytes') ? ' Make bytes of it with text.encode.' : '';
    problems.warning('call/argument-type', given.range, `"${name}" of ${signature.name} takes ${inWords(types)}, found ${inWords([given.type])}: this call raises a TypeError.${hint}`);
  } else if (values && given.text !== undefined && !values.some((value) => value === given.text?.toUpperCase())) {
    problems.warning('call/argument-value', given.range, `"${name}" of ${signature.name} takes one of ${values.join(', ')}, found "${given.text}": this call raises a ValueError.`);
  }
}

function inWords(types: readonly ParameterType[]): string {
  const both = types.includes('integer') && types.includes('double');
  const told = both ? types.flatMap((type) => (type === 'integer' ? ['number'] : type === 'double' ? [] : [type])) : types;
  const names = told.map((type) => (type === 'bytes' || type === 'null' ? type : /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`));
  return names.length < 3 ? names.join(' or ') : `${names.slice(0, -1).join(', ')}, or ${names.at(-1)!}`;
}
