import { computed, required, type FunctionSignature } from './signature.ts';

/** The expression helpers (google-workflows 2.7). `in` is an operator and not listed. */
export const expressionHelpers: readonly FunctionSignature[] = [
  computed('default', {
    parameters: [required('val', ['any'], 'The value to use unless it is null.'), required('defaultVal', ['any'], 'The value to use in place of null.')],
    returns: 'any',
    errors: [],
    documentation: 'Gives `val`, or `defaultVal` where `val` is null. Both are evaluated first: a missing key still raises, so read it with `map.get`.',
  }),
  computed('if', {
    parameters: [
      required('condition', ['boolean', 'null'], 'What decides; null counts as false.'),
      required('ifTrue', ['any'], 'The result for true.'),
      required('ifFalse', ['any'], 'The result for false and null.'),
    ],
    returns: 'any',
    errors: ['TypeError'],
    documentation: 'Chooses one of two values. Both are evaluated before one is chosen.',
  }),
  computed('int', {
    parameters: [required('x', ['string', 'double', 'integer'], 'A decimal integer as text, or a number.')],
    returns: 'integer',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Converts to an integer; the fraction of a double is cut off towards zero.',
  }),
  computed('double', {
    parameters: [required('x', ['string', 'integer', 'double'], 'A decimal number as text, or a number.')],
    returns: 'double',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Converts to a double.',
  }),
  computed('string', {
    parameters: [required('x', ['integer', 'double', 'string', 'boolean'], 'The value to write as text.')],
    returns: 'string',
    errors: ['TypeError'],
    documentation: 'Writes a number or a boolean as text. For lists and maps use `json.encode_to_string`.',
  }),
  computed('len', {
    parameters: [required('x', ['list', 'map', 'string'], 'What to count.')],
    returns: 'integer',
    errors: ['TypeError'],
    documentation: 'Counts the elements of a list, the entries of a map or the characters of a string.',
  }),
  computed('keys', {
    parameters: [required('m', ['map'], 'The map whose keys to list.')],
    returns: 'list of string',
    errors: ['TypeError'],
    documentation: "Lists a map's keys, for instance to loop over them.",
  }),
  computed('get_type', {
    parameters: [required('x', ['any'], 'Any value.')],
    returns: 'string',
    errors: [],
    documentation: 'Names the type of a value: `boolean`, `bytes`, `double`, `integer`, `list`, `map`, `null` or `string`.',
  }),
];
