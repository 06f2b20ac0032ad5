import { durationText } from '../../execution/duration.ts';
import { isTerminal, type ExecutionState } from '../../execution/state.ts';
import type { Execution } from '../../execution/record.ts';
import { waitingForAnswer } from '../../flow/forms/waiting.ts';

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

const asking: StateLook = { word: 'Waiting for an answer', icon: 'comment', color: 'charts.yellow' };

/** How an execution looks: as its state does, unless it waits for a person. */
export function lookOf(execution: Execution): StateLook {
  return asks(execution) ? asking : stateLooks[execution.state];
}

/** Whether a message of it waits for an answer; its status line says so. */
function asks({ state, message }: Execution): boolean {
  return state === 'ACTIVE' && message.startsWith(waitingForAnswer);
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

/** Rounded down, the more the longer it takes: a row that is drawn anew loses its hover and disturbs who listens to it. */
function runningText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds < 10 ? seconds : seconds - (seconds % 5)} s`;
  return seconds < 3600 ? `${Math.floor(seconds / 60)} m` : durationText(milliseconds);
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

/** Milliseconds. */
const shortWait = 60_000;

/** What stands beside an execution's title in the tree. A second that ticks by needs no tenths. */
export function summary(execution: Execution, now: number, locale: string | undefined): string {
  if (execution.deleted_at !== undefined) return `${stateLooks[execution.state].word} · deleted ${timeText(Date.parse(execution.deleted_at), now, locale)}`;
  const parts = [lookOf(execution).word];
  // What waits for a moment says for which. A short sleep is over before that is read.
  const moment = execution.scheduled_for === undefined || isTerminal(execution.state) ? undefined : Date.parse(execution.scheduled_for);
  if (moment !== undefined && (execution.state === 'QUEUED' || moment - now > shortWait)) parts.push(`until ${timeText(moment, now, locale)}`);
  const time = elapsed(execution, now);
  if (time !== undefined) parts.push(isTerminal(execution.state) ? durationText(time) : runningText(time));
  parts.push(timeText(Date.parse(execution.start_time ?? execution.create_time), now, locale));
  const id = shortId(execution);
  if (id !== undefined) parts.push(id);
  return parts.join(' · ');
}

/** The first line of why an execution did not succeed; of a flow's traceback what was raised. */
export function headline(execution: Execution): string | undefined {
  const text = execution.error?.context ?? execution.state_error?.details;
  if (text?.startsWith('Traceback ') === true && execution.message !== '') return execution.message.split('\n', 1)[0];
  return text === undefined ? undefined : text.split('\n', 1)[0];
}

/**
 * The words that menus match (`viewItem =~ /\blive\b/`). Each is a fact about the execution, so a new menu needs no
 * new word as long as it asks for such facts.
 */
export function contextWords(execution: Execution): string {
  // Nothing but restoring can be done to what is deleted.
  if (execution.deleted_at !== undefined) return 'deleted';
  const words = ['execution', execution.state.toLowerCase()];
  if (isTerminal(execution.state)) words.push('ended');
  else if (execution.state !== 'UNAVAILABLE') words.push('live');
  if (execution.state === 'ACTIVE') words.push('running');
  if (asks(execution)) words.push('asks');
  if (execution.output_value !== undefined) words.push('result');
  if (execution.error !== undefined || execution.state_error !== undefined) words.push('error');
  return words.join(' ');
}
