import { bytes, d, describeFunction, entries, failure, fn, hex, typeError, valueError } from './values.ts';

describe('json', () => {
  describeFunction('json.decode', [
    [['{"a": [1, 1.0, "x", true, null]}'], { a: [1, d(1), 'x', true, null] }],
    [[bytes('"é"')], 'é'],
    [[' 1 '], 1],
    [['{"__proto__": 1}'], entries(['__proto__', 1])],
    [[''], valueError('json.decode: the JSON text ends too early at offset 0')],
    [['{'], valueError('json.decode: expected a key in double quotes at offset 1')],
    [['[1,]'], valueError('json.decode: expected a value at offset 3')],
    [[hex('22ff22')], valueError('json.decode: the bytes are not UTF-8')],
    [[hex('efbbbf31')], 1],
    [[null], typeError('json.decode: expecting bytes or string for data; got null')],
    [[{}], typeError('json.decode: expecting bytes or string for data; got a map')],
  ]);
  describeFunction('json.encode', [
    [[{ a: 1 }], bytes('{"a":1}')],
    [['é'], bytes('"é"')],
    [[[1], true], bytes('[\n    1\n]')],
    [[bytes('x')], valueError('bytes have no JSON form; encode them with base64.encode first')],
    [[{ f: fn('retry.always') }], valueError('the function retry.always has no JSON form')],
    [[1, 'x'], typeError('json.encode: expecting boolean or map for indent; got a string')],
  ]);
  describeFunction('json.encode_to_string', [
    [[{ b: 1, a: [d(1), d(0.5), null, 'x"\n'] }], '{"a":[1.0,0.5,null,"x\\"\\n"],"b":1}'],
    [[2n ** 63n - 1n], '9223372036854775807'],
    [[{ a: {}, b: [] }, true], '{\n    "a": {},\n    "b": []\n}'],
    [[{ a: [1, 2] }, { indent: ' ' }], '{\n "a": [\n  1,\n  2\n ]\n}'],
    [[[1], { prefix: '> ', indent: '' }], '[\n> 1\n> ]'],
    [[[1], {}], '[\n    1\n]'],
    [[[1], false], '[1]'],
    [[[1], null], '[1]'],
    [[[1], { indent: 2 }], typeError('json.encode_to_string: expecting string for indent.indent')],
    [[[1], { spaces: ' ' }], valueError('json.encode_to_string: indent has no key "spaces"; its keys are prefix and indent')],
    [[d(Infinity)], valueError('Infinity has no JSON form')],
    [['\u2028</script>'], '"\u2028</script>"'],
    [['x'.repeat(262_144)], failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
  ]);
});
