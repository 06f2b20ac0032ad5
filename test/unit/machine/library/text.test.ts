import { bytes, d, describeFunction, failure, hex, typeError, valueError } from './values.ts';

describe('text', () => {
  describeFunction('text.decode', [
    [[bytes('héllo 😀')], 'héllo 😀'],
    [[bytes('')], ''],
    [[hex('ff41')], '\ufffdA'],
    [[hex('efbbbf41')], '\ufeffA'],
    [[bytes('x'), 'utf8'], 'x'],
    [[bytes('x'), null], 'x'],
    [[hex('e9'), 'ISO-8859-1'], 'é'],
    [[hex('80'), 'ISO-8859-1'], '\u0080'],
    [[hex('4180'), 'US-ASCII'], 'A\ufffd'],
    [[hex('feff0041'), 'UTF-16'], 'A'],
    [[hex('fffe4100'), 'UTF-16'], 'A'],
    [[hex('0041'), 'UTF-16'], 'A'],
    [[hex('0041'), 'utf-16be'], 'A'],
    [[hex('3dd800de'), 'UTF-16LE'], '😀'],
    [[hex('82a0'), 'Shift_JIS'], 'あ'],
    [[bytes('x'), 'no-such'], valueError('text.decode: unknown charset "no-such"')],
    [['x'], typeError('text.decode: expecting bytes for data; got a string')],
    [[bytes('x'), 1], typeError('text.decode: expecting string for charset; got an integer')],
    [[bytes('x'.repeat(262_145))], failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
  ]);
  describeFunction('text.encode', [
    [['é'], hex('c3a9')],
    [['😀'], hex('f09f9880')],
    [['\ud83d'], hex('efbfbd')],
    [[''], hex('')],
    [['é', 'latin1'], hex('e9')],
    [['A', 'US-ASCII'], hex('41')],
    [['A', 'UTF-16'], hex('feff0041')],
    [['A', 'UTF-16LE'], hex('4100')],
    [['é', 'US-ASCII'], valueError('text.encode: "é" is not in the charset US-ASCII')],
    [['😀', 'ISO-8859-1'], valueError('text.encode: "😀" is not in the charset ISO-8859-1')],
    [['x', 'Shift_JIS'], valueError(/cannot write the charset "Shift_JIS"; known are UTF-8/)],
    [[bytes('x')], typeError('text.encode: expecting string for text; got bytes')],
  ]);
  describeFunction('text.find_all', [
    [['abcabc', 'bc'], [1, 4]],
    [['abc', 'x'], []],
    [['', 'x'], []],
    [['aaaa', 'aa'], [0, 2]],
    [['😀a😀a', 'a'], [1, 3]],
    [['a😀', ''], [0, 1, 2]],
    [['', ''], [0]],
    [['a.c', '.'], [1]],
    [[1, 'x'], typeError('text.find_all: expecting string for source; got an integer')],
    [['x', null], typeError('text.find_all: expecting string for substr; got null')],
  ]);
  describeFunction('text.find_all_regex', [
    [
      ['HelloWorld', 'Hello|World'],
      [
        { index: 0, match: 'Hello' },
        { index: 5, match: 'World' },
      ],
    ],
    [['HelloWorld', 'Hello|HelloWorld'], [{ index: 0, match: 'HelloWorld' }]],
    [['aaa', 'a+?'], [{ index: 0, match: 'aaa' }]],
    [['abc', 'x'], []],
    [['😀1😀22', '[0-9]+'], [{ index: 1, match: '1' }, { index: 3, match: '22' }]],
    [['baac', 'a*'], [{ index: 0, match: '' }, { index: 1, match: 'aa' }, { index: 4, match: '' }]],
    [['é', '\\pL'], [{ index: 0, match: 'é' }]],
    [['aB', '(?i)b'], [{ index: 1, match: 'B' }]],
    [['x', '('], valueError('text.find_all_regex: error parsing regexp: missing closing ): `(`')],
    [['x', '(a)\\1'], valueError(/error parsing regexp: invalid escape sequence: `\\1`/)],
    [['x', '(?=a)'], valueError(/error parsing regexp/)],
    [['x', '(?<=a)'], valueError(/error parsing regexp/)],
    [['x', 'a{1001}'], valueError(/invalid repeat count/)],
    [['x', '('.repeat(20_000) + ')'.repeat(20_000)], valueError(/nests too deeply/)],
    [['x', '((a{1,100}){1,100}){1,100}'], valueError(/too large|invalid repeat/)],
    [['x', 1], typeError('text.find_all_regex: expecting string for regexp; got an integer')],
  ]);
  describeFunction('text.match_regex', [
    [['abc', 'b'], true],
    [['abc', '^b'], false],
    [['abc', '^abc$'], true],
    [['', ''], true],
    [['a\nb', 'a.b'], false],
    [['a\nb', '(?s)a.b'], true],
    [['😀', '^.$'], true],
    [[`${'a'.repeat(50_000)}!`, '^(a+)+$'], false],
    [['x', '['], valueError(/^ValueError: text\.match_regex: error parsing regexp/)],
  ]);
  describeFunction('text.replace_all', [
    [['abab', 'a', 'x'], 'xbxb'],
    [['aaa', 'aa', 'b'], 'ba'],
    [['abc', 'x', 'y'], 'abc'],
    [['abc', 'b', ''], 'ac'],
    [['a$b', '$', '$&'], 'a$&b'],
    [['ab', '', '-'], '-a-b-'],
    [['😀😀', '', '-'], '-😀-😀-'],
    [['', '', 'x'], 'x'],
    [['a'.repeat(200_000), 'a', 'b'.repeat(200_000)], failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
    [['a'.repeat(100_000), 'a', 'é€'], failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
    [['x', 'y', null], typeError('text.replace_all: expecting string for repl; got null')],
  ]);
  describeFunction('text.replace_all_regex', [
    [['a1b22', '[0-9]+', '#'], 'a#b#'],
    [['abc', '', '-'], '-a-b-c-'],
    [['😀', '', '-'], '-😀-'],
    [['ab', '(a)(b)', '\\2\\1'], '\\2\\1'],
    [['ab', '(a)(b)', '$2$1'], '$2$1'],
    [['ab', 'a|ab', 'x'], 'x'],
    [['baac', 'a*', '-'], '-b-c-'],
    [['', 'a', 'x'], ''],
    [['x', '*', 'y'], valueError(/^ValueError: text\.replace_all_regex: error parsing regexp: missing argument to repetition operator/)],
  ]);
  describeFunction('text.split', [
    [['a,b,c', ','], ['a', 'b', 'c']],
    [['a', ','], ['a']],
    [['', ','], ['']],
    [[',', ','], ['', '']],
    [['a--b', '--'], ['a', 'b']],
    [['a.b', '.'], ['a', 'b']],
    [['a😀', ''], ['a', '😀']],
    [['', ''], []],
    [[['a'], ','], typeError('text.split: expecting string for source; got a list')],
    [['a'], typeError('text.split needs the argument "separator"; its parameters are source, separator')],
  ]);
  describeFunction('text.substring', [
    [['hello', 1, 3], 'el'],
    [['hello', 0, 5], 'hello'],
    [['hello', 5, 5], ''],
    [['', 0, 0], ''],
    [['a😀b', 1, 2], '😀'],
    [['a😀b', 2, 3], 'b'],
    [['a😀b', 0, 3], 'a😀b'],
    [['hello', 0, 6], 'hello'],
    [['hello', -1, 2], 'he'],
    [['', -1, 0], ''],
    [['hello', 3, 2], ''],
    [['hello', 0, 2n ** 62n], 'hello'],
    [['hello', d(1), 2], typeError('text.substring: expecting integer for start; got a double')],
    [['hello', 1], typeError('text.substring needs the argument "end"; its parameters are source, start, end')],
  ]);
  describeFunction('text.to_lower', [
    [['ÄB'], 'äb'],
    [[1], typeError('text.to_lower: expecting string for source; got an integer')],
  ]);
  describeFunction('text.to_upper', [
    [['äb😀'], 'ÄB😀'],
    [[null], typeError('text.to_upper: expecting string for source; got null')],
  ]);
  describeFunction('text.url_encode', [
    [['a b'], 'a%20b'],
    [['AZaz09.-_'], 'AZaz09.-_'],
    [["~!*'()"], '%7E%21%2A%27%28%29'],
    [['ä/😀?'], '%C3%A4%2F%F0%9F%98%80%3F'],
    [['\ud83d'], '%EF%BF%BD'],
    [[''], ''],
    [[1], typeError('text.url_encode: expecting string for source; got an integer')],
  ]);
  describeFunction('text.url_encode_plus', [
    [['a b+c'], 'a+b%2Bc'],
    [['%'], '%25'],
  ]);
  describeFunction('text.url_decode', [
    [['a%20b'], 'a b'],
    [['a+b'], 'a b'],
    [['%2B'], '+'],
    [['%f0%9F%98%80'], '😀'],
    [['%ff'], '\ufffd'],
    [['plain ä'], 'plain ä'],
    [['%'], valueError('text.url_decode: "%" must be followed by two hexadecimal digits')],
    [['%4'], valueError('text.url_decode: "%" must be followed by two hexadecimal digits')],
    [['%41%zz'], valueError('text.url_decode: "%" must be followed by two hexadecimal digits')],
  ]);
});
