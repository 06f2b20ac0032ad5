import assert from 'node:assert/strict';
import { folderOf, inFolder, nameOf, pathToUrl, relativePath, urlToPath } from '../../../src/schema/files.ts';

describe('paths', () => {
  for (const path of ['/a/b c#?%/ü.json', '/x.json', 'C:\\work\\a b\\x.json', '/c:/work/x.json']) {
    it(`${path} survives being a URL`, () => assert.equal(urlToPath(new URL(pathToUrl(path)).href)?.replace(/^\/?c:/i, (drive) => drive), path === '/c:/work/x.json' ? 'c:\\work\\x.json' : path));
  }
  const references: readonly (readonly [string, string, string | undefined])[] = [
    ['/a/b/in.json', './s.json', '/a/b/s.json'],
    ['/a/b/in.json', '../s t.json', '/a/s t.json'],
    ['/a/b/in.json', 'x/50%.json', '/a/b/x/50%.json'],
    ['C:\\a\\in.json', '..\\s.json', 'C:\\s.json'],
    ['/a/in.json', 'https://example.com/s.json', undefined],
    ['/a/in.json', 'file:///etc/passwd', undefined],
    ['/a/in.json', '/etc/passwd', undefined],
    ['/a/in.json', 'C:\\x.json', undefined],
    ['/a/in.json', '', undefined],
  ];
  for (const [from, reference, expected] of references) {
    it(`${reference || 'nothing'} in ${from} is ${expected ?? 'refused'}`, () => assert.equal(relativePath(from, reference), expected));
  }
  it('takes paths apart and joins them', () => {
    assert.deepEqual([folderOf('/a/b.json'), nameOf('/a/b.json'), inFolder('/a', 'c.json')], ['/a', 'b.json', '/a/c.json']);
    assert.deepEqual([folderOf('C:\\a\\b.json'), nameOf('C:\\a\\b.json'), inFolder('C:\\a', 'c.json')], ['C:\\a', 'b.json', 'C:\\a\\c.json']);
    assert.deepEqual([folderOf('/b.json'), inFolder('/', 'b.json')], ['/', '/b.json']);
  });
});
