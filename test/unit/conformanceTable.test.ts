import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { conformance, page, pagePath } from '../../scripts/conformance.ts';

describe('the conformance table', () => {
  for (const { title, rows } of conformance()) {
    it(`names a test for each of the ${rows.length} rows of "${title}"`, () => {
      assert.ok(rows.length > 0);
      assert.deepEqual(rows.filter((row) => row.tests.length === 0).map((row) => row.cells[0]), []);
    });
  }

  it('is up to date; node scripts/conformance.ts writes it anew', () => {
    assert.equal(readFileSync(pagePath, 'utf8').replaceAll('\r\n', '\n'), page());
  });
});
