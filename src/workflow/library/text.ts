import { computed, optional, required, type FunctionSignature, type Parameter } from './signature.ts';

const source = required('source', ['string'], 'The text to work on.');
const regexp = required('regexp', ['string'], 'A regular expression in RE2 syntax: no look-around, no back-references.');
const substr = required('substr', ['string'], 'The text to look for.');
const charset = optional('charset', ['string'], 'IANA name of the character encoding.', '"UTF-8"');

function onSource(name: string, documentation: string, errors: readonly string[], returns: string, more: readonly Parameter[] = []): FunctionSignature {
  return computed(name, { parameters: [source, ...more], returns, errors, documentation });
}

/** The `text` module (google-workflows 3). Indices count characters (code points). */
export const textFunctions: readonly FunctionSignature[] = [
  computed('text.decode', {
    parameters: [required('data', ['bytes'], 'The bytes to read.'), charset],
    returns: 'string',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Reads bytes as text. What cannot be decoded becomes U+FFFD.',
  }),
  computed('text.encode', {
    parameters: [required('text', ['string'], 'The text to write.'), charset],
    returns: 'bytes',
    errors: ['TypeError', 'ValueError'],
    documentation: 'Writes text as bytes.',
  }),
  onSource('text.find_all', 'Lists the indices at which a text occurs.', ['TypeError'], 'list of integer', [substr]),
  onSource(
    'text.find_all_regex',
    'Lists the matches of a regular expression in order, each a map with `index` and `match`. At one place the longest match wins.',
    ['TypeError', 'ValueError'],
    'list of map',
    [regexp],
  ),
  onSource('text.match_regex', 'Tells whether a regular expression matches any part of the text.', ['TypeError', 'ValueError'], 'boolean', [regexp]),
  onSource('text.replace_all', 'Replaces every occurrence of a text.', ['TypeError'], 'string', [substr, required('repl', ['string'], 'The replacement.')]),
  onSource(
    'text.replace_all_regex',
    'Replaces every match of a regular expression. The replacement is taken literally: it cannot refer to groups.',
    ['TypeError', 'ValueError'],
    'string',
    [regexp, required('repl', ['string'], 'The replacement, taken literally.')],
  ),
  onSource('text.split', 'Cuts a text at every separator.', ['TypeError'], 'list of string', [required('separator', ['string'], 'Where to cut.')]),
  onSource('text.substring', 'Copies a part of a text.', ['TypeError', 'ValueError'], 'string', [
    required('start', ['integer'], 'Index of the first character.'),
    required('end', ['integer'], 'Index after the last character.'),
  ]),
  onSource('text.to_lower', 'Writes a text in lower case.', ['TypeError'], 'string'),
  onSource('text.to_upper', 'Writes a text in upper case.', ['TypeError'], 'string'),
  onSource('text.url_decode', 'Undoes percent encoding; `+` becomes a space.', ['TypeError', 'ValueError'], 'string'),
  onSource('text.url_encode', 'Percent-encodes all but letters, digits, `.`, `-` and `_`; a space becomes `%20`.', ['TypeError'], 'string'),
  onSource('text.url_encode_plus', 'Percent-encodes all but letters, digits, `.`, `-` and `_`; a space becomes `+`.', ['TypeError'], 'string'),
];
