import { isTerminal, type ExecutionState } from '../../execution/state.ts';
import type { Execution } from '../../execution/record.ts';

/** How a state looks: a codicon, a theme colour and a word, so that colour is never the only sign. */
export interface StateLook {
  readonly word: string;
  readonly icon: string;
  readonly color: string | undefined;
}

export const stateLooks: Readonly<Record<ExecutionState, StateLook>> = {
  QUEUED: { word: 'Queued', icon: 'watch', color: 'charts.yellow' },
  ACTIVE: { word: 'Running', icon: 'sync~spin', color: 'charts.blue' },
  PAUSED: { word: 'Paused', icon: 'debug-pause', color: 'charts.yellow' },
  SUCCEEDED: { word: 'Succeeded', icon: 'pass', color: 'testing.iconPassed' },
  FAILED: { word: 'Failed', icon: 'error', color: 'testing.iconFailed' },
  CANCELLED: { word: 'Cancelled', icon: 'circle-slash', color: 'testing.iconSkipped' },
  UNAVAILABLE: { word: 'Unavailable', icon: 'question', color: 'testing.iconErrored' },
};

/** A length of time in milliseconds, as short as it can be read: `340 ms`, `12.4 s`, `3 m 05 s`, `2 h 03 m`. */
export function durationText(milliseconds: number): string {
  const time = Math.max(0, milliseconds);
  if (time < 1000) return `${Math.round(time)} ms`;
  if (time < 59_950) return `${(time / 1000).toFixed(1)} s`;
  const seconds = Math.round(time / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} m ${padded(seconds % 60)} s`;
  return `${Math.floor(minutes / 60)} h ${padded(minutes % 60)} m`;
}

function padded(number: number): string {
  return String(number).padStart(2, '0');
}

/** A moment seen from `now` (both milliseconds): only the time of day while it is the same day. */
export function timeText(moment: number, now: number, locale: string | undefined): string {
  const date = new Date(moment);
  const time = date.toLocaleTimeString(locale, { timeStyle: 'medium' });
  return date.toDateString() === new Date(now).toDateString() ? time : `${date.toLocaleDateString(locale, { day: 'numeric', month: 'short', year: 'numeric' })}, ${time}`;
}

/** How long an execution took, or has taken by `now` while it lives; undefined before its start. */
function elapsed(execution: Execution, now: number): number | undefined {
  if (execution.start_time === undefined) return undefined;
  const end = execution.end_time === undefined ? (isTerminal(execution.state) ? undefined : now) : Date.parse(execution.end_time);
  return end === undefined ? undefined : end - Date.parse(execution.start_time);
}

function runningText(milliseconds: number): string {
  return milliseconds < 60_000 ? `${Math.max(0, Math.floor(milliseconds / 1000))} s` : durationText(milliseconds);
}

/** The short id by which executions differ that were given no name of their own (`order 3f2a91c0`); undefined for one that was. */
function shortId(execution: Execution): string | undefined {
  const id = execution.id.slice(0, 8);
  return execution.name.endsWith(` ${id}`) ? id : undefined;
}

/** What an execution is called in a list: there the id is the least of it, so it stands at the end of the summary. */
export function executionTitle(execution: Execution): string {
  const id = shortId(execution);
  return id === undefined ? execution.name : execution.name.slice(0, -id.length - 1);
}

/** What stands beside an execution's title in the tree. A second that ticks by needs no tenths. */
export function summary(execution: Execution, now: number, locale: string | undefined): string {
  const parts = [stateLooks[execution.state].word];
  const time = elapsed(execution, now);
  if (time !== undefined) parts.push(isTerminal(execution.state) ? durationText(time) : runningText(time));
  parts.push(timeText(Date.parse(execution.start_time ?? execution.create_time), now, locale));
  const id = shortId(execution);
  if (id !== undefined) parts.push(id);
  return parts.join(' · ');
}

/** The first line of why an execution did not succeed. */
export function headline(execution: Execution): string | undefined {
  const text = execution.error?.context ?? execution.state_error?.details;
  return text === undefined ? undefined : text.split('\n', 1)[0];
}

/**
 * The words that menus match (`viewItem =~ /\blive\b/`). Each is a fact about the execution, so a new menu needs no
 * new word as long as it asks for such facts.
 */
export function contextWords(execution: Execution): string {
  const words = ['execution', execution.state.toLowerCase()];
  if (isTerminal(execution.state)) words.push('ended');
  else if (execution.state !== 'UNAVAILABLE') words.push('live');
  if (execution.state === 'ACTIVE') words.push('running');
  if (execution.output_value !== undefined) words.push('result');
  if (execution.error !== undefined || execution.state_error !== undefined) words.push('error');
  return words.join(' ');
}
