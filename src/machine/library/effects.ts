import { callbackMethods, severities } from '../../workflow/library/system.ts';
import type { EffectRequest, Outcome } from '../effect.ts';
import { raised } from '../error.ts';
import { printJson } from '../json.ts';
import { boundedString } from '../limits.ts';
import { scalarText } from '../operators.ts';
import { Double, ListValue, map, MapValue, type Value } from '../value.ts';
import { checkConnectorParams } from './connectorParams.ts';
import { argumentCheck, described, type Arguments } from './define.ts';
import { errorFromOutcome } from './outcome.ts';
import { httpRequest } from './request.ts';
import { settleCallback, settleConnector, settleHttp } from './response.ts';
import { parseTime } from './time.ts';

/** A function the machine cannot compute: it makes a request of the call and a result of the host's answer. */
export interface EffectFunction {
  /** Arguments as of `PureFunction`. Raises TypeError and ValueError for bad ones. */
  request(args: Arguments): EffectRequest;
  /** Raises where the outcome is an error, or a response with a status of 400 or more. */
  settle(outcome: Outcome, args: Arguments): Value;
}

type Numeric = number | bigint | Double;

const longestSleep = 31_536_000;

export const effectFunctions: ReadonlyMap<string, EffectFunction> = new Map([
  effect('sys.now', () => ({ kind: 'now' }), (outcome) => new Double(expectNumber(outcome))),
  effect('uuid.generate', () => ({ kind: 'uuid' }), expectText),
  effect('sys.log', logRequest, expectDone),
  effect('sys.sleep', sleepRequest, expectDone),
  effect('sys.sleep_until', (time: string) => ({ kind: 'sleepUntil', time: Math.round(parseTime(time, 'sys.sleep_until') * 1000) }), expectDone),
  effect('events.create_callback_endpoint', callbackRequest, (outcome) => map([['url', expectText(outcome)]])),
  effect('events.await_callback', awaitRequest, settleCallback),
  ...['get', 'post', 'put', 'patch', 'delete', 'request'].map((method) => httpEffect(`http.${method}`)),
  executionEffect('experimental.executions.run'),
  executionEffect('experimental.executions.map'),
]);

/** The order of arguments of the connector helpers that may stand in an expression (sample connector_secretmanager). */
const helperParameters: ReadonlyMap<string, readonly string[]> = new Map([
  ['googleapis.secretmanager.v1.projects.secrets.versions.accessString', ['secret_id', 'version', 'project_id']],
]);

/** The map of all arguments of a connector call. Raises TypeError for positional ones whose order is not known. */
export function connectorArguments(name: string, positional: readonly Value[] | undefined, named: ReadonlyMap<string, Value> | undefined): MapValue {
  const parameters = helperParameters.get(name) ?? [];
  const given = positional ?? [];
  if (given.length > parameters.length) {
    throw raised('TypeError', parameters.length === 0 ? `${name} takes its arguments by name` : `${name} takes ${parameters.length} arguments; got ${given.length}`);
  }
  return map([...given.map((value, i) => [parameters[i]!, value] as const), ...(named ?? [])]);
}

/** A connector call. Its one argument is the map of all arguments, or left out. */
export function connectorEffect(name: string): EffectFunction {
  return {
    request(args) {
      const given = args[0] ?? map([]);
      if (!(given instanceof MapValue)) throw raised('TypeError', `${name} takes its arguments by name`);
      checkConnectorParams(name, given.entries.get('connector_params'));
      return { kind: 'connector', name, args: printJson(given) };
    },
    settle: settleConnector,
  };
}

function effect(name: string, request: (...args: never[]) => EffectRequest, settle: (outcome: Outcome) => Value): readonly [string, EffectFunction] {
  const check = argumentCheck(described(name));
  return [name, { request: (args) => request(...(check(args) as never[])), settle }];
}

function httpEffect(name: string): readonly [string, EffectFunction] {
  const signature = described(name);
  const check = argumentCheck(signature);
  const request = (args: Arguments): EffectRequest => {
    const checked = check(args);
    const named = new Map(signature.parameters.map((parameter, i) => [parameter.name, checked[i]]));
    return httpRequest(name, {
      method: (named.get('method') as string | undefined) ?? name.slice('http.'.length),
      url: named.get('url') as string,
      timeout: named.get('timeout') as Numeric | undefined,
      body: named.get('body'),
      headers: named.get('headers') as MapValue | undefined,
      query: named.get('query') as MapValue | undefined,
      auth: named.get('auth') as MapValue | undefined,
      caCertificate: named.get('ca_certificate') as string | undefined,
    });
  };
  return [name, { request, settle: settleHttp }];
}

function executionEffect(name: string): readonly [string, EffectFunction] {
  const signature = described(name);
  const check = argumentCheck(signature);
  const request = (args: Arguments): EffectRequest => {
    const entries = check(args).flatMap((value, i) => (value === undefined ? [] : [[signature.parameters[i]!.name, value] as const]));
    return { kind: 'connector', name, args: printJson(map(entries)) };
  };
  return [name, { request, settle: settleConnector }];
}

function logRequest(data?: Value, severity = 'DEFAULT', text?: Value, json?: MapValue): EffectRequest {
  if (!(severities as readonly string[]).includes(severity)) {
    throw raised('ValueError', `sys.log: unknown severity ${JSON.stringify(severity)}; known are ${severities.join(', ')}`);
  }
  // Null data beside a text or a map is an argument left out; alone it is what to log.
  const given = [data ?? undefined, text ?? undefined, json].filter((value) => value !== undefined);
  if (given.length > 1 || (given.length === 0 && data === undefined)) {
    throw raised('TypeError', `sys.log takes exactly one of data, text and json; got ${given.length}`);
  }
  const payload = given[0] ?? null;
  // Google's own samples give maps as `text`.
  if (payload instanceof MapValue && payload !== text) return { kind: 'log', severity, json: printJson(payload) };
  return { kind: 'log', severity, text: boundedString(logText(payload)) };
}

function logText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null || value instanceof ListValue) return printJson(value);
  if (value instanceof Double || typeof value !== 'object') return scalarText(value);
  return printJson(value);
}

function sleepRequest(value: Numeric): EffectRequest {
  const seconds = value instanceof Double ? value.value : Number(value);
  if (!(seconds >= 0 && seconds <= longestSleep)) {
    throw raised('ValueError', `sys.sleep: seconds must be from 0 to ${longestSleep}; got ${scalarText(value)}`);
  }
  return { kind: 'sleep', seconds, reason: 'sys.sleep' };
}

function callbackRequest(method = 'POST'): EffectRequest {
  if (!(callbackMethods as readonly string[]).includes(method)) {
    throw raised('ValueError', `events.create_callback_endpoint: unknown method ${JSON.stringify(method)}; known are ${callbackMethods.join(', ')}`);
  }
  return { kind: 'createCallback', method };
}

function awaitRequest(callback: MapValue, timeout: Numeric = 43_200): EffectRequest {
  const url = callback.entries.get('url');
  if (typeof url !== 'string') throw raised('ValueError', 'events.await_callback: callback must be what events.create_callback_endpoint returned');
  const timeoutSeconds = timeout instanceof Double ? timeout.value : Number(timeout);
  if (!(timeoutSeconds >= 0 && timeoutSeconds <= longestSleep)) {
    throw raised('ValueError', `events.await_callback: timeout must be from 0 to ${longestSleep} seconds; got ${scalarText(timeout)}`);
  }
  return { kind: 'awaitCallback', url, timeoutSeconds };
}

function expectDone(outcome: Outcome): Value {
  if (outcome.kind !== 'done') throw errorFromOutcome(outcome);
  return null;
}

function expectNumber(outcome: Outcome): number {
  if (outcome.kind !== 'value' || typeof outcome.value !== 'number') throw errorFromOutcome(outcome);
  return outcome.value;
}

function expectText(outcome: Outcome): string {
  if (outcome.kind !== 'value' || typeof outcome.value !== 'string') throw errorFromOutcome(outcome);
  return outcome.value;
}
