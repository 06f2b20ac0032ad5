import assert from 'node:assert/strict';
import { Debugging } from './debugging.ts';
import { goTo, lineNotes, problems, quickFix, shownText } from './editing.ts';
import { eventually, Workbench } from './workbench.ts';

describe('an input file with mistakes', () => {
  let workbench: Workbench;

  before(async () => {
    workbench = await Workbench.open({ file: 'order.mistakes.input.yaml' });
  });
  after(() => workbench.close());

  it('says at the end of each line what was expected', async () => {
    const notes = await eventually('the notes', () => lineNotes(workbench), (all) => all.map(({ line }) => line).join() === '2,3,4,6,7,8');
    assert.match(notes.find(({ line }) => line === 4)!.text, /"standard" or "express"/);
    await workbench.screenshot('input-dark');
  });

  it('marks those lines in the gutter', async () => {
    await eventually('the marks', () => new Debugging(workbench).gutterMarks(), (marks) => marks.map(({ line }) => line).sort((a, b) => a - b).join() === '2,3,4,6,7,8');
  });

  it('is quiet at the ends of lines where the setting says so', async () => {
    await workbench.changeSettings({ 'stepthrough.inputFiles.notes': false });
    const marks = await eventually('the marks', () => new Debugging(workbench).gutterMarks(), (all) => all.length >= 6);
    assert.equal(marks.length, 6);
    assert.deepEqual(await lineNotes(workbench), []);
    await workbench.changeSettings({ 'stepthrough.inputFiles.notes': true });
  });

  it('lists the problems', async () => {
    await eventually('the problems', () => problems(workbench), (rows) => rows.length > 6 && rows.some((row) => row.includes('quantity')));
  });

  it('adds what is missing with a quick fix', async () => {
    await workbench.editor().click();
    await goTo(workbench, 8, 6);
    await quickFix(workbench, 'Add');
    await eventually('the key', () => shownText(workbench), (lines) => lines.some((line) => /^\s+quantity: (?!0)/.test(line)));
  });
});
