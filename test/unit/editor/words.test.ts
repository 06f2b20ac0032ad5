import assert from 'node:assert/strict';
import { contextWords, executionTitle, headline, lookOf, stateLooks, summary } from '../../../src/editor/executions/words.ts';
import { durationText } from '../../../src/execution/duration.ts';
import { executionStates } from '../../../src/execution/state.ts';
import { execution } from './executions.ts';

describe('words about executions', () => {
  const durations: readonly (readonly [milliseconds: number, text: string])[] = [
    [0, '0 ms'],
    [-5, '0 ms'],
    [340, '340 ms'],
    [1000, '1.0 s'],
    [12_440, '12.4 s'],
    [59_949, '59.9 s'],
    [59_960, '1 m 00 s'],
    [185_000, '3 m 05 s'],
    [3_600_000, '1 h 00 m'],
    [90_000_000, '25 h 00 m'],
  ];
  for (const [milliseconds, text] of durations) it(`says ${milliseconds} ms as "${text}"`, () => assert.equal(durationText(milliseconds), text));

  it('gives each state a word and an icon of its own', () => {
    const looks = executionStates.map((state) => stateLooks[state]);
    assert.equal(new Set(looks.map((look) => look.word)).size, looks.length);
    assert.equal(new Set(looks.map((look) => look.icon)).size, looks.length);
  });

  const start = Date.parse('2026-03-01T10:00:00.000Z');

  it('counts seconds while an execution runs, and fewer of them the longer it does', () => {
    const after = (milliseconds: number): string => summary(execution({ id: 'a' }), start + milliseconds, 'en').split(' · ')[1]!;
    assert.deepEqual([0, 9999, 12_700, 59_999, 60_000, 200_000, 3_780_000].map(after), ['0 s', '9 s', '10 s', '55 s', '1 m', '3 m', '1 h 03 m']);
  });

  it('measures an ended execution exactly', () => {
    const ended = execution({ id: 'a', state: 'SUCCEEDED', end_time: '2026-03-01T10:00:01.250Z' });
    assert.match(summary(ended, start + 99_000, 'en'), /^Succeeded · 1\.3 s · ./);
  });

  it('names the day of an execution of another day', () => {
    assert.match(summary(execution({ id: 'a', state: 'CANCELLED' }), start + 3 * 86_400_000, 'en'), /^Cancelled · Mar 1, 2026, /);
  });

  it('puts the id that only tells executions apart behind what a narrow view should show', () => {
    const id = '3f2a91c0-5d0b-4a0e-9a86-0c5f0a6f4d11';
    const unnamed = execution({ id, name: 'order 3f2a91c0' });
    assert.equal(executionTitle(unnamed), 'order');
    assert.match(summary(unnamed, start, 'en'), /^Running · 0 s · .+ · 3f2a91c0$/);
    const named = execution({ id, name: 'nightly' });
    assert.equal(executionTitle(named), 'nightly');
    assert.doesNotMatch(summary(named, start, 'en'), /3f2a91c0/);
  });

  it('takes the first line of the trace as the headline', () => {
    const error = { payload: '{}', context: 'KeyError: key not found: x\nin step "a", routine "main", line: 3', stack_trace: { elements: [] } };
    assert.equal(headline(execution({ id: 'a', state: 'FAILED', error })), 'KeyError: key not found: x');
    assert.equal(headline(execution({ id: 'a' })), undefined);
  });

  it('takes what a flow raised for the headline of its traceback', () => {
    const error = { payload: '{}', context: 'Traceback (most recent call last):\n  File "a.py", line 1\nValueError: no', stack_trace: { elements: [] } };
    assert.equal(headline(execution({ id: 'a', state: 'FAILED', error, message: 'ValueError: no' })), 'ValueError: no');
  });

  it('says of one that waits for a person that it does, until it has ended', () => {
    const message = 'Waiting for an answer: Who?';
    const waiting = execution({ id: 'a', message });
    assert.match(summary(waiting, start + 12_700, 'en'), /^Waiting for an answer · 10 s · ./);
    assert.equal(lookOf(waiting).icon, 'comment');
    assert.equal(lookOf(execution({ id: 'a', message, state: 'CANCELLED' })), stateLooks.CANCELLED);
  });

  const words: readonly (readonly [Parameters<typeof execution>[0], string])[] = [
    [{ id: 'a' }, 'execution active live running'],
    [{ id: 'a', message: 'Waiting for an answer: Who?' }, 'execution active live running asks'],
    [{ id: 'a', state: 'PAUSED' }, 'execution paused live'],
    [{ id: 'a', state: 'SUCCEEDED', output_value: '1' }, 'execution succeeded ended result'],
    [{ id: 'a', state: 'UNAVAILABLE', state_error: { details: 'damaged', type: 'x' } }, 'execution unavailable error'],
  ];
  for (const [part, expected] of words) it(`tells menus "${expected}"`, () => assert.equal(contextWords(execution(part)), expected));
});
