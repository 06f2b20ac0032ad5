import type { LogEntry } from '../execution/listing.ts';
import type { CallLogLevel } from '../execution/record.ts';
import type { Effect, EffectRequest, Outcome } from '../machine/effect.ts';
import type { Perform } from './host.ts';
import { callName } from './mockAnswers.ts';

/**
 * Writes calls into the execution's log as the service does (google-workflows 6.8): one entry when a call begins and
 * one when it succeeds or raises. Calls inside expressions are not logged, nor is waiting before a retry.
 */
export function logCalls(perform: Perform, level: CallLogLevel, log: (entry: LogEntry) => void): Perform {
  if (level !== 'LOG_ALL_CALLS' && level !== 'LOG_ERRORS_ONLY') return perform;
  const note = (effect: Effect, severity: string, state: string, details: object): void => {
    const json = JSON.stringify({ state, step: effect.step, callee: callName(effect.request), ...details });
    log({ time: new Date().toISOString(), severity, text: undefined, json, routine: effect.routine, step: effect.step });
  };
  return (effect, signal) => {
    if (!isCall(effect.request)) return perform(effect, signal);
    const call_start_time = new Date().toISOString();
    if (level === 'LOG_ALL_CALLS') note(effect, 'INFO', 'BEGUN', { begun: { named_args: argumentsOf(effect.request) } });
    const ended = (outcome: Outcome): Outcome => {
      const raised = raisedBy(outcome);
      if (raised !== undefined) note(effect, 'ERROR', 'EXCEPTION_RAISED', { exception_raised: { call_start_time, exception: raised } });
      else if (level === 'LOG_ALL_CALLS') note(effect, 'INFO', 'SUCCEEDED', { succeeded: { call_start_time, response: responseOf(outcome) } });
      return outcome;
    };
    const outcome = perform(effect, signal);
    return outcome instanceof Promise ? outcome.then(ended) : ended(outcome);
  };
}

function isCall(request: EffectRequest): boolean {
  return request.kind !== 'now' && request.kind !== 'uuid' && !(request.kind === 'sleep' && request.reason === 'retry');
}

function argumentsOf(request: EffectRequest): object {
  switch (request.kind) {
    case 'http': {
      const headers = request.headers.map(([name, value]) => [name, /^(proxy-)?authorization$/i.test(name) ? '[redacted]' : value]);
      return { url: request.url, method: request.method, headers: Object.fromEntries(headers) as object, timeout: request.timeoutSeconds };
    }
    case 'connector':
      return JSON.parse(request.args) as object;
    case 'log':
      return { severity: request.severity, ...(request.text === undefined ? {} : { text: request.text }), ...(request.json === undefined ? {} : { json: JSON.parse(request.json) as unknown }) };
    case 'sleep':
      return { seconds: request.seconds };
    case 'sleepUntil':
      return { time: new Date(request.time).toISOString() };
    case 'createCallback':
      return { http_callback_method: request.method };
    case 'awaitCallback':
      return { callback: { url: request.url }, timeout: request.timeoutSeconds };
    case 'now':
    case 'uuid':
      return {};
  }
}

/** What the call raised; undefined where it succeeded. A status of 400 and more is an error (google-workflows 3). */
function raisedBy(outcome: Outcome): string | undefined {
  switch (outcome.kind) {
    case 'error':
      return `${outcome.tag}: ${outcome.message}`;
    case 'raise':
      return outcome.json;
    case 'response':
      return outcome.code >= 400 ? `HTTP server responded with error code ${outcome.code}` : undefined;
    case 'value':
    case 'done':
    case 'result':
      return undefined;
  }
}

function responseOf(outcome: Outcome): unknown {
  switch (outcome.kind) {
    case 'response':
      return { code: outcome.code, headers: Object.fromEntries(outcome.headers) as object };
    case 'result':
      return JSON.parse(outcome.json) as unknown;
    case 'value':
      return outcome.value;
    case 'done':
    case 'error':
    case 'raise':
      return null;
  }
}
