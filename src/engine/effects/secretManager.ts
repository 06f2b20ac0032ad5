import type { EffectRequest, Outcome } from '../../machine/effect.ts';
import { JsonError, parseJson, printJson } from '../../machine/json.ts';
import { isInteger, map, MapValue, type Value } from '../../machine/value.ts';

/**
 * Secret Manager's helpers in terms of the API's own methods, which have texts in base64 (google-workflows 7): who can
 * answer those, a mock or the service, answers the helpers too.
 */

type ConnectorRequest = Extract<EffectRequest, { kind: 'connector' }>;

export interface PlainCall {
  readonly request: ConnectorRequest;
  /** From the method's answer to the helper's. */
  settle(outcome: Outcome): Outcome;
}

const secrets = 'googleapis.secretmanager.v1.projects.secrets.';

/** The method behind a helper; undefined for every other call. `projectId` is that of a call that names none. */
export function plainCall(request: ConnectorRequest, projectId: string): PlainCall | undefined {
  if (request.name !== `${secrets}versions.accessString` && request.name !== `${secrets}addVersionString`) return undefined;
  const { entries } = parseJson(request.args) as MapValue;
  const text = (name: string, otherwise: string): string => {
    const value = entries.get(name) ?? null;
    return typeof value === 'string' || isInteger(value) ? String(value) : otherwise;
  };
  const secret = `projects/${text('project_id', projectId)}/secrets/${text('secret_id', '')}`;
  const params = entries.get('connector_params');
  const call = (name: string, args: readonly (readonly [string, Value])[]): ConnectorRequest => {
    return { kind: 'connector', name: secrets + name, args: printJson(map([...args, ...(params === undefined ? [] : [['connector_params', params] as const])])) };
  };
  if (request.name.endsWith('accessString')) {
    return { request: call('versions.access', [['name', `${secret}/versions/${text('version', 'latest')}`]]), settle: payloadText };
  }
  const data = Buffer.from(text('data', '')).toString('base64');
  return { request: call('addVersion', [['parent', secret], ['body', map([['payload', map([['data', data]])]])]]), settle: (outcome) => outcome };
}

function payloadText(outcome: Outcome): Outcome {
  const json = outcome.kind === 'result' ? outcome.json : outcome.kind === 'response' && outcome.code < 400 ? Buffer.from(outcome.body, 'base64').toString() : undefined;
  if (json === undefined) return outcome;
  const data = dataOf(json);
  if (data === undefined) return { kind: 'error', tag: 'ResponseTypeError', message: `${secrets}versions.access gave no payload.data` };
  return { kind: 'result', json: JSON.stringify(Buffer.from(data, 'base64').toString()) };
}

function dataOf(json: string): string | undefined {
  try {
    const value = parseJson(json);
    const payload = value instanceof MapValue ? value.entries.get('payload') : undefined;
    const data = payload instanceof MapValue ? payload.entries.get('data') : undefined;
    return typeof data === 'string' ? data : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}
