import assert from 'node:assert/strict';
import { DrawnRows, type RowLook } from '../../../src/editor/executions/drawnRows.ts';

const row = (text: string, expandable = true): RowLook => ({ text, state: text.split(' ')[0]!, expandable });

describe('a row of an execution', () => {
  let rows: DrawnRows;
  beforeEach(() => (rows = new DrawnRows()));

  it('is drawn again when its text is another', () => {
    rows.drawn('a', row('Running · 5 s'));
    assert.equal(rows.isOld('a', row('Running · 5 s'), false, 0), false);
    assert.equal(rows.isOld('a', row('Running · 10 s'), false, 0), true);
  });

  it('is left alone while only what is below it changes, until it is opened', () => {
    rows.drawn('a', row('Running'));
    assert.equal(rows.isOld('a', row('Running'), true, 0), false);
    assert.equal(rows.opened('a'), true);
    rows.drawn('a', row('Running'));
    assert.equal(rows.isOld('a', row('Running'), true, 0), true);
    rows.drawn('a', row('Running'));
    rows.closed('a');
    assert.equal(rows.isOld('a', row('Running'), true, 0), false);
  });

  it('is drawn again when there may be something below it for the first time', () => {
    rows.drawn('a', row('Running', false));
    assert.equal(rows.isOld('a', row('Running', false), true, 0), true);
    assert.equal(rows.isOld('a', row('Running', false), false, 0), false, 'time going by puts nothing below it');
  });

  it('waits while its hover is read', () => {
    rows.drawn('a', row('Running · 5 s'));
    rows.read('a', 1000);
    assert.equal(rows.isOld('a', row('Running · 10 s'), true, 5000), false);
    assert.equal(rows.isOld('a', row('Running · 10 s'), false, 60_000), true);
  });

  it('is drawn at once when its state changes, also while its hover is read', () => {
    rows.drawn('a', row('Running · 5 s'));
    rows.read('a', 1000);
    assert.equal(rows.isOld('a', row('Succeeded · 5 s'), true, 1001), true);
  });
});
