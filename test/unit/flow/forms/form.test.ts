import assert from 'node:assert/strict';
import { checkAnswer, valueOfText } from '../../../../src/flow/forms/answer.ts';
import { readForm, type FieldKind, type FormField } from '../../../../src/flow/forms/form.ts';
import type { Fields } from '../../../../src/flow/flowCalls.ts';

const body = (properties: Fields, required?: readonly string[]): Fields => ({ body: { type: 'object', properties, ...(required && { required }) } });

describe('forms of messages', () => {
  it('a message has a button that says it was read', () => {
    assert.deepEqual(readForm({ subject: 's', message: 'text' }), { fields: [], buttons: [{ name: undefined, label: 'OK', required: undefined }], schema: undefined });
  });

  it('a request asks for one text, which is answered as "string"', async () => {
    const form = readForm({ request: 'Your name?' });
    assert.deepEqual(form.fields.map(({ name, label, kind, required }) => ({ name, label, kind, required })), [{ name: 'string', label: 'Your name?', kind: 'string', required: true }]);
    assert.deepEqual(await checkAnswer(form, { values: { string: 'Ada' } }), { kind: 'response', json: '{"string":"Ada"}' });
  });

  it('the older dialect has its order, labels, notes, buttons, defaults and required fields', () => {
    const form = readForm(body({
      go: { element: 'submit', label: 'Go', order: 9 },
      later: { element: 'submit', type: 'boolean', order: 10, required: [] },
      delay: { element: 'number', type: 'number', default: 1.5, order: 2 },
      name: { element: 'string', label: 'Name', example: 'x', order: 1 },
      info: { element: 'markdown', description: 'Please', order: 3 },
      secret: { element: 'password', type: 'string', order: 4 },
      wait: { element: 'toggle', default: true },
      when: { element: 'time', type: 'string', format: 'time', order: 5 },
    }, ['name']));
    assert.deepEqual(form.fields.map(({ name, kind, required, initial, secret }) => [name, kind, required, initial, secret]), [
      ['name', 'string', true, undefined, false],
      ['delay', 'number', false, '1.5', false],
      ['info', 'note', false, undefined, false],
      ['secret', 'string', false, undefined, true],
      ['when', 'time', false, undefined, false],
      ['wait', 'boolean', false, 'true', false],
    ]);
    assert.deepEqual(form.buttons, [{ name: 'go', label: 'Go', required: undefined }, { name: 'later', label: 'later', required: [] }]);
    assert.equal(form.schema, undefined);
  });

  it('a JSON Schema gives kinds by type and format, and choices by enum', () => {
    const form = readForm(body({
      age: { type: 'integer', title: 'Age', minimum: 0 }, size: { enum: ['S', 'M', 1] }, born: { type: 'string', format: 'date' },
      at: { type: 'string', format: 'date-time' }, at2: { type: 'string', format: 'datetime' }, tags: { type: 'array' }, more: { type: 'object' }, free: {}, maybe: { type: ['null', 'string'] },
    }, ['age']));
    assert.deepEqual(form.fields.map(({ name, label, kind }) => [name, label, kind]), [
      ['age', 'Age', 'integer'], ['size', 'size', 'any'], ['born', 'born', 'date'], ['at', 'at', 'datetime'], ['at2', 'at2', 'datetime'], ['tags', 'tags', 'list'], ['more', 'more', 'map'], ['free', 'free', 'any'], ['maybe', 'maybe', 'string'],
    ]);
    assert.deepEqual(form.fields[1]!.choices, ['"S"', '"M"', '1']);
    assert.notEqual(form.schema, undefined);
  });

  for (const [what, fields, message] of [
    ['a body that is no map', { body: [1] }, /The body of a message's form is a map; found a list/],
    ['a body without properties', { body: { type: 'object' } }, /object with properties; it has none/],
    ['a property that is no map', body({ x: 1 }), /The properties\.x of a message's form is a map; found 1/],
    ['more fields than anybody fills in', body(Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`f${i}`, {}]))), /500 fields at most; this one has 501/],
  ] as const) {
    it(`is refused: ${what}`, () => assert.throws(() => readForm(fields), { name: 'FormError', message }));
  }
});

describe('answers to forms', () => {
  const form = readForm(body({ name: { element: 'string', label: 'Name' }, count: { element: 'integer', default: 3 }, ok: { element: 'submit' }, skip: { element: 'submit', required: [] } }, ['name']));

  it('have defaults and the button that was chosen', async () => {
    assert.deepEqual(await checkAnswer(form, { values: { name: 'x' } }), { kind: 'response', json: '{"name":"x","count":3,"ok":true,"skip":false}' });
    assert.deepEqual(await checkAnswer(form, { values: { name: 'x', count: 5 }, button: 'ok' }), { kind: 'response', json: '{"name":"x","count":5,"ok":true,"skip":false}' });
  });

  it('may leave out what the chosen button does not require', async () => {
    assert.deepEqual(await checkAnswer(form, { values: {}, button: 'skip' }), { kind: 'response', json: '{"count":3,"ok":false,"skip":true}' });
    assert.deepEqual(await checkAnswer(form, { values: { skip: true } }), { kind: 'response', json: '{"count":3,"ok":false,"skip":true}' });
  });

  for (const [what, values, button, expected] of [
    ['a field that is missing', {}, undefined, 'Name has to be given: a text.'],
    ['an empty text that is required', { name: '' }, undefined, 'Name has to be given: a text.'],
    ['a value of another kind', { name: 'x', count: 'many' }, undefined, 'count takes an integer; got "many".'],
    ['a fraction for an integer', { name: 'x', count: 1.5 }, undefined, 'count takes an integer; got 1.5.'],
    ['a field that is not there', { name: 'x', cuont: 1 }, undefined, 'The form has no field "cuont"; did you mean count?'],
    ['a button that is not there', { name: 'x' }, 'no', 'The form has no button "no"; there are ok, skip.'],
  ] as const) {
    it(`are refused: ${what}`, async () => assert.deepEqual(await checkAnswer(form, { values, button }), { kind: 'wrong', problems: [expected] }));
  }

  it('are held against the whole JSON Schema, formats of Cloudomation and keywords of forms included', async () => {
    const strict = readForm(body({ age: { type: 'integer', minimum: 18, 'form-order': 1 }, mail: { type: 'string', pattern: '^.+@.+$' }, when: { type: 'string', format: 'datetime' } }, ['age']));
    const refused = await checkAnswer(strict, { values: { age: 3, mail: 'x' } });
    assert.equal(refused.kind === 'wrong' ? refused.problems.length : 0, 2);
    assert.deepEqual(await checkAnswer(strict, { values: { age: 20, mail: 'a@b', when: '2026-11-21 14:30:00' } }), { kind: 'response', json: '{"age":20,"mail":"a@b","when":"2026-11-21 14:30:00"}' });
  });

  it('never reach files or a prototype', async () => {
    const far = readForm(body({ x: { $ref: 'file:///etc/passwd' } }));
    assert.equal((await checkAnswer(far, { values: { x: 1 } })).kind, 'response');
    const odd = readForm(JSON.parse('{"body":{"properties":{"__proto__":{"element":"string"}}}}') as Fields);
    assert.deepEqual(await checkAnswer(odd, { values: JSON.parse('{"__proto__":"x"}') as Fields }), { kind: 'response', json: '{"__proto__":"x"}' });
  });

  it('give a time of day seconds and a zone, as flows parse it', async () => {
    const clock = readForm(body({ at: { element: 'time' } }));
    const checked = await checkAnswer(clock, { values: { at: '14:30' } });
    assert.match(checked.kind === 'response' ? checked.json : '', /^\{"at":"14:30:00[+-]\d\d:\d\d"\}$/);
    assert.deepEqual(await checkAnswer(clock, { values: { at: '14:30:05Z' } }), { kind: 'response', json: '{"at":"14:30:05Z"}' });
    assert.equal((await checkAnswer(clock, { values: { at: '25:00' } })).kind, 'wrong');
  });

  const field = (kind: FieldKind, more: Partial<FormField> = {}): FormField => ({ name: 'f', label: 'F', description: '', kind, required: false, initial: undefined, example: undefined, choices: undefined, secret: false, ...more });
  const texts: readonly [FormField, string, unknown][] = [
    [field('string'), 'x', { value: 'x' }],
    [field('string'), '', { value: null }],
    [field('string', { required: true }), '', { problem: 'F has to be given: a text.' }],
    [field('integer'), ' 12 ', { value: 12 }],
    [field('integer'), '1.5', { problem: 'F takes an integer; got 1.5.' }],
    [field('integer'), 'twelve', { problem: 'F takes an integer; got "twelve".' }],
    [field('number'), '-1.5', { value: -1.5 }],
    [field('boolean'), 'yes', { value: true }],
    [field('boolean'), 'maybe', { problem: 'F takes true or false; got "maybe".' }],
    [field('date'), '2026-11-21', { value: '2026-11-21' }],
    [field('date'), '21.11.2026', { problem: 'F takes a date such as 2026-11-21; got "21.11.2026".' }],
    [field('list'), '[1]', { value: [1] }],
    [field('map'), '[1]', { problem: 'F takes a map such as {"a": 1}; got [1].' }],
    [field('any'), 'free text', { value: 'free text' }],
    [field('any', { choices: ['"S"', '1'] }), '1', { value: 1 }],
    [field('any', { choices: ['"S"', '1'] }), '2', { problem: 'F is one of "S", 1; got 2.' }],
    [field('number'), '', { value: null }],
  ];
  for (const [of, text, expected] of texts) it(`as text: ${of.kind}${of.required ? ' required' : ''}${of.choices ? ' of choices' : ''} ${JSON.stringify(text)}`, () => assert.deepEqual(valueOfText(of, text), expected));
});
