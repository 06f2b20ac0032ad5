import assert from 'node:assert/strict';
import { brokenFile } from '../../../src/schema/trouble.ts';
import { checkFile } from '../../../src/schema/checkFile.ts';
import { completionsAt } from '../../../src/schema/completion.ts';
import { checkInput } from '../../../src/schema/checkInput.ts';
import { loadExecutionFileSchema } from '../../../src/schema/executionSchema.ts';
import { SchemaLookup } from '../../../src/schema/lookup.ts';
import { infoAt } from '../../../src/schema/model.ts';
import { formatOf } from '../../../src/source/parse.ts';
import { memoryFiles, parse, show } from './fixture.ts';

/** The codes that an input file gets among the other files. */
async function codes(texts: Readonly<Record<string, string>>, path: string): Promise<string[]> {
  const checked = await checkFile(path, parse(path, texts[path]!), formatOf(path), memoryFiles(texts), new SchemaLookup(memoryFiles(texts)));
  return checked!.problems.map((problem) => show(problem, texts[path]!).replace(/> .*/, '>'));
}

describe('the schema of an input file', () => {
  const text = '{"type": "integer"}';
  const number = '{"type": "number"}';
  const program = 'main: { steps: [] }';

  const cases: readonly (readonly [string, Readonly<Record<string, string>>, string, readonly string[]])[] = [
    ['is the program\'s schema file', { '/p.workflows.yaml': program, '/p.input.schema.yaml': 'type: integer', '/p.a.input.json': '"x"' }, '/p.a.input.json', ['input/type <"x">']],
    ['may be named after the whole program name', { '/p.workflows.yaml': program, '/p.workflows.input.schema.json': text, '/p.input.json': '"x"' }, '/p.input.json', ['input/type <"x">']],
    ['is found without the program too', { '/p.input.schema.json': text, '/p.case.input.yaml': 'x' }, '/p.case.input.yaml', ['input/type <x>']],
    ['is found for flows beside their metadata', { '/p.py': '', '/p.flow.yaml': 'input_schema: { type: integer }', '/p.input.schema.json': number, '/p.input.yaml': '1.5' }, '/p.input.yaml', ['input/type <1.5>']],
    ['is the schema file where the metadata has none', { '/p.py': '', '/p.flow.yaml': 'input_schema:', '/p.input.schema.json': number, '/p.input.yaml': 'x' }, '/p.input.yaml', ['input/type <x>']],
    ['is first of all the one the file names', { '/p.input.schema.json': number, '/s.json': '{"required": ["a"]}', '/p.input.json': '{"$schema": "./s.json"}' }, '/p.input.json', ['input/required <{>']],
    ['is the one a comment names', { '/p.input.schema.json': number, '/s.json': text, '/p.input.yaml': '# yaml-language-server: $schema=s.json\nx' }, '/p.input.yaml', ['input/type <x>']],
    ['named but not there is a warning at the name', { '/p.input.json': '{"$schema": "./gone.json"}' }, '/p.input.json', ['input/$schema <"./gone.json">']],
    ['on the network is not fetched, and said so', { '/p.input.json': '{"$schema": "https://example.com/x.json"}' }, '/p.input.json', ['input/$schema <"https://example.com/x.json">']],
    ['named by a draft\'s own address is none', { '/p.input.json': '{"$schema": "http://json-schema.org/draft-07/schema#"}' }, '/p.input.json', []],
    ['that is invalid is named in the input file', { '/p.input.schema.json': '{"type": 1}', '/p.input.json': '{}' }, '/p.input.json', ['input/invalid-schema <{}>']],
    ['may be missing', { '/p.input.json': '{}' }, '/p.input.json', []],
  ];
  for (const [name, texts, path, expected] of cases) {
    it(name, async () => assert.deepEqual(await codes(texts, path), expected));
  }

  it('given with an execution wins over the program\'s, not over the file\'s own', async () => {
    const texts = { '/p.input.schema.json': number, '/s.json': text, '/own.json': 'true' };
    const lookup = new SchemaLookup(memoryFiles(texts));
    const document = parse('/x.execution.yaml', 'input_schema: { type: string }');
    const root = document.root!;
    const given = { path: '/x.execution.yaml', document, node: root.kind === 'map' ? root.entries[0]!.value : root };
    const plain = parse('/p.input.json', '1');
    assert.equal((await lookup.ofInputFile('/p.input.json', plain, given)).origin, 'execution');
    assert.equal((await lookup.ofInputFile('/p.input.json', plain)).origin, 'file');
    assert.equal((await lookup.ofInputFile('/p.input.json', parse('/p.input.json', '{"$schema": "own.json"}'), given)).origin, '$schema');
    assert.equal((await lookup.ofProgram('/p.workflows.yaml', 'output')).schema, undefined);
  });

  it('is what the program implies where no other is', async () => {
    const texts = { '/p.workflows.yaml': program, '/p.input.json': '{}' };
    const lookup = new SchemaLookup(memoryFiles(texts), () => '{"required": ["who"]}');
    const found = await lookup.ofInputFile('/p.input.json', parse('/p.input.json', '{}'));
    assert.equal(found.origin, 'inferred');
    assert.deepEqual(checkInput(parse('/p.input.json', '{}'), 'json', found.schema).problems.map((problem) => problem.code), ['input/required']);
    assert.ok(found.dependencies.includes('/p.workflows.yaml'));
  });

  it('is read once as long as no text has changed, references included', async () => {
    const texts: Record<string, string> = { '/p.input.schema.json': '{"$ref": "a.json"}', '/a.json': '{"$ref": "b.json"}', '/b.json': text };
    const lookup = new SchemaLookup(memoryFiles(texts));
    const first = await lookup.ofFile('/p.input.schema.json');
    assert.equal(await lookup.ofFile('/p.input.schema.json'), first);
    texts['/b.json'] = '{"type": 5}';
    const second = await lookup.ofFile('/p.input.schema.json');
    assert.notEqual(second, first);
    assert.equal(brokenFile({ schema: second, origin: 'file', problems: [], dependencies: [] })?.path, '/b.json');
    delete texts['/p.input.schema.json'];
    assert.equal(await lookup.ofFile('/p.input.schema.json'), undefined);
  });
});

describe('schema files', () => {
  it('explain their keywords at any depth', async () => {
    const text = 'properties:\n  a:\n    items:\n      minLength: 1\n';
    const path = '/p.input.schema.yaml';
    const checked = await checkFile(path, parse(path, text), 'yaml', memoryFiles({}), new SchemaLookup(memoryFiles({})));
    assert.deepEqual(checked!.problems, []);
    assert.deepEqual(checked!.schema!.files[0]!.problems, []);
    const info = infoAt(checked!.schema!, parse(path, text).root!, text.indexOf('minLength') + 2)?.info;
    assert.equal(info?.description, 'The fewest characters a string may have.');
    assert.deepEqual(completionsAt(checked!.schema!, 'properties:\n  a:\n    type: \n', 'yaml', 27).map(({ label }) => label), ['array', 'boolean', 'integer', '"null"', 'number', 'object', 'string']);
  });
});

describe('execution files', () => {
  const others = { '/p.workflows.yaml': 'main: { steps: [] }', '/p.input.schema.json': '{"type": "object", "required": ["id"]}' };
  const cases: readonly (readonly [string, string, readonly string[]])[] = [
    ['all right', 'program: p.workflows.yaml\nargument: { id: 1 }\n', []],
    ['an unknown field', 'program: p.workflows.yaml\nlabls: {}\n', ['execution/unknown-field <labls>']],
    ['a missing program file', 'program: q.workflows.yaml\n', ['execution/missing-file <q.workflows.yaml>']],
    ['an input that the program\'s schema refuses', 'program: p.workflows.yaml\nargument: { x: 1 }\n', ['input/required <{>']],
    ['its own schema wins', 'program: p.workflows.yaml\nargument: { x: 1 }\ninput_schema: { properties: { x: { type: string } } }\n', ['input/type <1>']],
    ['its own schema is invalid', 'program: p.workflows.yaml\ninput_schema: { type: strin }\n', ['schema/type <strin>']],
  ];
  for (const [name, text, expected] of cases) {
    it(name, async () => assert.deepEqual(await codes({ ...others, '/x.execution.yaml': text }, '/x.execution.yaml'), expected));
  }

  it('explain their fields from the field table', async () => {
    const set = await loadExecutionFileSchema();
    assert.deepEqual(set.files[0]!.problems, []);
    const document = parse('/x.execution.yaml', 'use_breakpoints: false');
    assert.equal(infoAt(set, document.root!, 3)?.info.description, 'False runs through every breakpoint.');
    assert.equal(infoAt(set, document.root!, 3)?.info.source, undefined);
  });
});
