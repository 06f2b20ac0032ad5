import assert from 'node:assert/strict';
import { compile } from '../../../src/machine/compile/compile.ts';
import { Machine } from '../../../src/machine/machine.ts';
import { functions, type FunctionSignature, type Parameter } from '../../../src/workflow/library/index.ts';
import { hasErrors, parseWorkflow } from '../../../src/workflow/parse.ts';

/** An expression of each type, and one whose type only the run tells. */
const written: Readonly<Record<string, string>> = {
  boolean: 'true',
  bytes: 'text.encode("a")',
  double: '1.5',
  integer: '1',
  list: '[1]',
  map: 'map.merge(known, known)',
  null: 'null',
  string: '"LOUD"',
  unknown: 'known',
};

/** A call with one argument as given, and what else the function needs. */
function definition({ name, parameters }: FunctionSignature, tried: Parameter, expression: string): string {
  const args = parameters.filter((parameter) => parameter === tried || !parameter.optional).map((parameter) => `${parameter.name}: '\${${parameter === tried ? expression : fitting(parameter)}}'`);
  return `
- a:
    assign: [{known: {}}]
- b:
    try: {call: ${name}, args: {${args.join(', ')}}}
    except:
      as: e
      steps:
        - raised: {return: '\${e.tags[0]}'}
- c: {return: nothing}
`;
}

function fitting({ types, values }: Parameter): string {
  return values ? JSON.stringify(values[0]) : written[types.find((type) => type !== 'any') ?? 'unknown']!;
}

describe('what an argument is warned of', () => {
  for (const signature of functions.values()) {
    it(`raises that error when ${signature.name} is called`, () => {
      for (const parameter of signature.parameters) {
        for (const expression of Object.values(written)) {
          const document = parseWorkflow(definition(signature, parameter, expression), 'yaml');
          assert.ok(!hasErrors(document.problems), document.problems[0]?.message);
          const [warning] = document.problems.filter(({ code }) => code.startsWith('call/argument'));
          if (!warning) continue;
          const stop = new Machine(compile(document), { argument: null, environment: new Map() }).run(1000);
          assert.equal(stop.kind === 'returned' ? stop.value : stop.kind, warning.code === 'call/argument-type' ? 'TypeError' : 'ValueError', `${parameter.name}: ${expression}`);
        }
      }
    });
  }

  it('is every type that a function does not take', () => {
    const wrong = [...functions.values()].flatMap((signature) =>
      signature.parameters.flatMap((parameter) =>
        Object.entries(written).flatMap(([type, expression]) => {
          const { types, optional } = parameter;
          const fits = types.some((known) => known === 'any' || known === type) || type === 'unknown' || (type === 'null' && optional);
          const { problems } = parseWorkflow(definition(signature, parameter, expression), 'yaml');
          return fits === problems.every(({ code }) => code !== 'call/argument-type') ? [] : [`${signature.name} ${parameter.name} ${type}`];
        }),
      ),
    );
    assert.deepEqual(wrong, []);
  });
});
