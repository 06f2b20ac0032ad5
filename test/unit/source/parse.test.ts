import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { stringify, Document, Scalar } from 'yaml';
import { entry, sourceOffset, type DataNode, type ScalarNode } from '../../../src/source/data.ts';
import { findJsonFault } from '../../../src/source/jsonSyntax.ts';
import { formatOf, parseSource } from '../../../src/source/parse.ts';
import { LineMap } from '../../../src/source/text.ts';

/** The tree as plain data, maps as lists of pairs. */
function plain(node: DataNode | undefined): unknown {
  if (node?.kind === 'map') return node.entries.map((item) => [item.key, plain(item.value)]);
  if (node?.kind === 'list') return node.items.map(plain);
  return node?.value;
}

function textOf(node: DataNode, text: string): string {
  return text.slice(node.range.start, node.range.end);
}

describe('parseSource', () => {
  it('keeps integers and doubles apart', () => {
    const { root } = parseSource('[1, 1.0, 1e2, 12345678901234567890, -0, .5]', 'yaml');
    assert.deepEqual(plain(root), [1n, 1, 100, 12345678901234567890n, 0n, 0.5]);
  });

  it('ends a block where its last part ends, whatever comments and blank lines follow', () => {
    const text = 'a:\n  - b: 1 # one\n\n# two\n\nc: |\n  text\n\n# three\n';
    const { root } = parseSource(text, 'yaml');
    assert.equal(textOf(root!, text), 'a:\n  - b: 1 # one\n\n# two\n\nc: |\n  text\n');
    const a = entry(root, 'a')!;
    assert.equal(textOf(a.value, text), '- b: 1');
    assert.equal(text.slice(a.range.start, a.range.end), 'a:\n  - b: 1');
  });

  it('gives an alias the value of the last anchor before it', () => {
    const { root, problems } = parseSource('- &a 1\n- *a\n- &a 2\n- *a\n- {*a : x}\n', 'yaml');
    assert.deepEqual(problems, []);
    assert.deepEqual(plain(root), [1n, 1n, 2n, 2n, [['2', 'x']]]);
  });

  it('spells keys that are no strings as the source does', () => {
    const { root } = parseSource('1: a\n1.50: b\ntrue: c\n0x10: d\n', 'yaml');
    assert.deepEqual(plain(root), [['1', 'a'], ['1.50', 'b'], ['true', 'c'], ['0x10', 'd']]);
  });

  it('keeps keys that JavaScript knows as plain entries', () => {
    const { root } = parseSource('{"__proto__": {"x": 1}, "constructor": 2}', 'json');
    assert.deepEqual(plain(root), [['__proto__', [['x', 1n]]], ['constructor', 2n]]);
  });

  it('tells of the first syntax error and not of those that follow from it', () => {
    const { problems } = parseSource('- {a: }}\n- {b: }}\n- {c: }}\n'.repeat(100), 'yaml');
    assert.equal(problems.length, 1);
    // The rest of a list that is not closed looks like a key that is a list.
    const open = parseSource('main:\n  steps:\n    - a:\n        assign: [\n  - b: 1\n', 'yaml');
    assert.ok(open.problems.length > 0);
    assert.deepEqual(open.problems.filter(({ code }) => code === 'yaml/complex-key' || code === 'yaml/multiline-implicit-key'), []);
  });

  it('knows JSON by the end of the file name', () => {
    assert.deepEqual(['a.json', 'A.JSON', 'a.yaml', 'json', 'a.json.yml'].map(formatOf), ['json', 'json', 'yaml', 'yaml', 'yaml']);
  });

  it('reads any JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4, stringUnit: 'grapheme' }), fc.nat({ max: 4 }), (json, indent) => {
        const value: unknown = JSON.parse(json);
        const text = JSON.stringify(value, null, indent);
        const { root, problems } = parseSource(text, 'json');
        assert.deepEqual(problems, []);
        assert.deepEqual(toJson(root!), value);
      }),
      { numRuns: 500 },
    );
  });

  it('reads any data as the YAML library wrote it', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4, stringUnit: 'grapheme' }), (value) => {
        const { root, problems } = parseSource(stringify(value), 'yaml');
        assert.deepEqual(problems, []);
        // The YAML library writes -0 and reads it as 0.
        assert.deepEqual(JSON.stringify(root ? toJson(root) : null), JSON.stringify(value));
      }),
      { numRuns: 500 },
    );
  });
});

function toJson(node: DataNode): unknown {
  if (node.kind === 'map') return Object.fromEntries(node.entries.map((item) => [item.key, toJson(item.value)]));
  if (node.kind === 'list') return node.items.map(toJson);
  return typeof node.value === 'bigint' ? Number(node.value) : node.value;
}

describe('sourceOffset', () => {
  const words = fc.array(fc.constantFrom('ab', 'c', "it's", 'say "x"', '${a', '+ b}', 'ü', '😀', '\\', '  ', '\n', '\n\n', '\t', ': ', ' #'), { minLength: 1, maxLength: 12 });

  for (const type of [Scalar.PLAIN, Scalar.QUOTE_SINGLE, Scalar.QUOTE_DOUBLE, Scalar.BLOCK_LITERAL, Scalar.BLOCK_FOLDED] as const) {
    it(`finds each visible character of a scalar written as ${type}`, () => {
      fc.assert(
        fc.property(words, fc.integer({ min: 20, max: 60 }), (parts, lineWidth) => {
          const value = parts.join('');
          const document = new Document({ key: 0 });
          const scalar = new Scalar(value);
          scalar.type = type;
          document.set('key', scalar);
          const text = document.toString({ lineWidth, minContentWidth: 0 });
          const node = entry(parseSource(text, 'yaml').root, 'key')!.value as ScalarNode;
          // The library does not write every white space as it is in every style.
          fc.pre(node.value === value);
          for (let i = 0; i < value.length; i++) {
            // White space may stand for an escape, a folded line or several.
            if (/\s|\\|"/.test(value[i]!)) continue;
            assert.equal(text[sourceOffset(node, i)], value[i], `${i} of ${JSON.stringify(value)} in ${JSON.stringify(text)}`);
          }
        }),
        { numRuns: 400 },
      );
    });
  }
});

describe('findJsonFault', () => {
  it('finds a fault exactly where JSON.parse does', () => {
    const pieces = ['{', '}', '[', ']', ',', ':', '"a"', '"\\u00e4"', '"\\x"', '1', '-', '0', '.5', 'e3', 'true', 'nul', ' ', '\n', '\t', '"', '/'];
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }).map((parts) => parts.join('')), fc.json()), (text) => {
        const fault = findJsonFault(text);
        let valid = true;
        try {
          JSON.parse(text);
        } catch {
          valid = false;
        }
        assert.equal(fault === undefined, valid, fault?.message);
        if (fault) assert.ok(fault.range.start >= 0 && fault.range.start <= fault.range.end && fault.range.end <= text.length);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('LineMap', () => {
  const lines = fc.array(fc.constantFrom('a', 'bc', '', '😀', '\n', '\r\n', '\r'), { maxLength: 30 }).map((parts) => parts.join(''));

  it('gives each offset a position that leads back to it', () => {
    fc.assert(
      fc.property(lines, (text) => {
        const map = new LineMap(text);
        for (let offset = 0; offset <= text.length; offset++) {
          const position = map.position(offset);
          assert.equal(map.offset(position), offset);
          const line = map.lineRange(position.line);
          assert.ok(!/[\r\n]/.test(text.slice(line.start, line.end)));
        }
      }),
    );
  });

  it('counts lines as editors do', () => {
    assert.equal(new LineMap('').lineCount, 1);
    assert.equal(new LineMap('a\nb\r\nc\rd\n').lineCount, 5);
  });

  it('keeps places outside the text inside it', () => {
    const map = new LineMap('ab\ncd');
    assert.equal(map.offset({ line: 0, column: 0 }), 0);
    assert.equal(map.offset({ line: 9, column: 9 }), 5);
    assert.equal(map.offset({ line: 1, column: 9 }), 3);
  });
});
