import { computed, optional, required, type FunctionSignature } from './signature.ts';

/** Functions on bytes, JSON, lists, maps and numbers: `base64`, `hash`, `json`, `list`, `map`, `math` (google-workflows 3). */

const checksumAlgorithms = ['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512'] as const;

const algorithm = required('algorithm', ['string'], 'Name of the hash function.', checksumAlgorithms);
const padding = optional('padding', ['boolean'], 'Whether the text is filled up with `=` to a multiple of four.', 'true');
const indent = optional(
  'indent',
  ['boolean', 'map'],
  'True for lines indented by four spaces, or a map with `prefix` (put before each line) and `indent` (one level).',
  'false',
);

export const base64Functions: readonly FunctionSignature[] = [
  computed('base64.encode', {
    parameters: [required('data', ['bytes'], 'The bytes to encode; make them with `text.encode` or `json.encode`.'), padding],
    returns: 'string',
    errors: ['TypeError'],
    documentation: 'Writes bytes as Base64 text.',
  }),
  computed('base64.decode', {
    parameters: [required('data', ['string'], 'Base64 text; line breaks are skipped.'), padding],
    returns: 'bytes',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Reads Base64 text into bytes. Use `text.decode` or `json.decode` on the result.',
  }),
];

export const hashFunctions: readonly FunctionSignature[] = [
  computed('hash.compute_checksum', {
    parameters: [required('data', ['bytes'], 'The bytes to hash.'), algorithm],
    returns: 'bytes',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Computes the checksum of bytes.',
  }),
  computed('hash.compute_hmac', {
    parameters: [required('key', ['bytes'], 'The secret key.'), required('data', ['bytes'], 'The bytes to authenticate.'), algorithm],
    returns: 'bytes',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Computes a keyed message authentication code (HMAC). The key comes first.',
  }),
];

export const jsonFunctions: readonly FunctionSignature[] = [
  computed('json.decode', {
    parameters: [required('data', ['bytes', 'string'], 'JSON as UTF-8 bytes or as text.')],
    returns: 'any',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Reads JSON. Numbers without point and exponent become integers, others doubles.',
  }),
  computed('json.encode', {
    parameters: [required('data', ['any'], 'The value to write; it must not contain bytes or functions.'), indent],
    returns: 'bytes',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Writes a value as JSON in UTF-8 bytes.',
  }),
  computed('json.encode_to_string', {
    parameters: [required('data', ['any'], 'The value to write; it must not contain bytes or functions.'), indent],
    returns: 'string',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Writes a value as JSON text.',
  }),
];

export const listFunctions: readonly FunctionSignature[] = [
  computed('list.concat', {
    parameters: [required('objs', ['list'], 'The list to copy.'), required('val', ['any'], 'The element to add; a list is added as one element.')],
    returns: 'list',
    errors: ['TypeError'],
    documentation: 'Copies a list with one more element at its end.',
  }),
  computed('list.prepend', {
    parameters: [required('objs', ['list'], 'The list to copy.'), required('val', ['any'], 'The element to add; a list is added as one element.')],
    returns: 'list',
    errors: ['TypeError'],
    documentation: 'Copies a list with one more element at its start.',
  }),
];

export const mapFunctions: readonly FunctionSignature[] = [
  computed('map.get', {
    parameters: [required('map', ['any'], 'The map to read.'), required('keys', ['string', 'list'], 'A key, or a list of keys that leads into nested maps.')],
    returns: 'any',
    errors: ['TypeError'],
    documentation: 'Reads a key safely: null where the key is missing or there is no map to read. Combine it with `default`.',
  }),
  computed('map.delete', {
    parameters: [required('map', ['map'], 'The map to copy.'), required('key', ['string'], 'The key to leave out.')],
    returns: 'map',
    errors: ['TypeError'],
    documentation: 'Copies a map without one key.',
  }),
  computed('map.merge', {
    parameters: [required('first', ['map'], 'The map to begin with.'), required('second', ['map'], 'The map whose entries win.')],
    returns: 'map',
    errors: ['TypeError'],
    documentation: 'Joins two maps; nested maps are replaced as a whole.',
  }),
  computed('map.merge_nested', {
    parameters: [required('first', ['map'], 'The map to begin with.'), required('second', ['map'], 'The map whose entries win.')],
    returns: 'map',
    errors: ['TypeError'],
    documentation: 'Joins two maps; maps under the same key are joined in turn.',
  }),
];

const number = ['integer', 'double'] as const;

export const mathFunctions: readonly FunctionSignature[] = [
  computed('math.abs', {
    parameters: [required('x', number, 'A number.')],
    returns: 'integer or double',
    errors: ['TypeError', 'ValueError'],
    documentation: 'The distance of a number from zero; an integer stays an integer.',
  }),
  computed('math.floor', {
    parameters: [required('x', number, 'A number.')],
    returns: 'integer',
    errors: ['TypeError', 'ValueError'],
    documentation: 'The greatest integer that is not greater than the number.',
  }),
  computed('math.max', {
    parameters: [required('x', number, 'A number.'), required('y', number, 'Another number.')],
    returns: 'integer or double',
    errors: ['TypeError'],
    documentation: 'The greater of two numbers; a double where one of them is a double.',
  }),
  computed('math.min', {
    parameters: [required('x', number, 'A number.'), required('y', number, 'Another number.')],
    returns: 'integer or double',
    errors: ['TypeError'],
    documentation: 'The smaller of two numbers; a double where one of them is a double.',
  }),
];
