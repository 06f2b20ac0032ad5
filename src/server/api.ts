import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { EngineError, ResourceExhausted, type Engine } from '../engine/engine.ts';
import { defaultPlace } from '../engine/environment.ts';
import { isForeign } from '../engine/loopback.ts';
import { StoreError } from '../engine/store.ts';
import { LaunchRefused } from '../execution/launch.ts';
import { ApiError, errorAnswer, type Answer } from './apiError.ts';
import { Call } from './call.ts';
import { takeCall } from './callbackCalls.ts';
import type { Catalog } from './catalog.ts';
import { ExecutionMethods } from './executions.ts';
import { readToken } from './pages.ts';
import { part, readPage, readQuery } from './request.ts';
import { anyMethod, Routes } from './routes.ts';
import { isWebhookPath, takeWebhook, type WebhookPlace } from './webhooks.ts';
import { WorkflowMethods } from './workflows.ts';

export interface ApiOptions {
  readonly engine: Engine;
  readonly catalog: Catalog;
  /** Every request must carry it as `Authorization: Bearer …`, where there is one. */
  readonly token?: string | undefined;
  /** Those of `/webhook/NAME`. */
  readonly webhooks?: WebhookPlace | undefined;
  /** Told of faults of this program. */
  readonly notice: (message: string) => void;
}

type Handler = (c: Call) => object | Promise<object>;

/** One method of the API. `verb` is what stands behind the colon of the last part of the path. */
interface Method {
  readonly http: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly verb?: string;
  readonly handler: Handler;
  /** v1beta has fewer methods (google-workflows 6.2). */
  readonly beta: boolean;
}

const place = 'projects/:project/locations/:location';
const workflow = `${place}/workflows/:workflow`;
const execution = `${workflow}/executions/:execution`;

/** Google's Workflows and Workflow Executions APIs over an engine (google-workflows 6). */
export function createApi({ engine, catalog, token, notice, webhooks }: ApiOptions): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const routes = new Routes<(c: Call) => Answer | Promise<Answer>>();
  for (const { http, path, verb, handler, beta } of methods(engine, catalog)) {
    routes.add(http, path, { verb, beta }, (c) => answerOf(handler(c)));
  }
  routes.add(anyMethod, `${execution}/callbacks/:callback`, { beta: false }, (c) => takeCall(c, engine));
  const guard = guardWith(token);
  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    try {
      guard(incoming);
      const answered = find(routes, incoming, webhooks);
      send(incoming, outgoing, answered instanceof Promise ? await answered : answered);
    } catch (error) {
      send(incoming, outgoing, errorAnswer(apiErrorOf(error, notice)));
    }
  };
  return (incoming, outgoing) => void answer(incoming, outgoing);
}

function answerOf(body: object | Promise<object>): Answer | Promise<Answer> {
  return body instanceof Promise ? body.then((late) => ({ status: 200, body: late })) : { status: 200, body };
}

function find(routes: Routes<(c: Call) => Answer | Promise<Answer>>, incoming: IncomingMessage, webhooks: WebhookPlace | undefined): Answer | Promise<Answer> {
  const { method = '', url = '' } = incoming;
  const path = url.split('?', 1)[0]!;
  if (webhooks && isWebhookPath(path)) return takeWebhook(incoming, path, webhooks);
  const routed = routes.find(method, path);
  if (routed.kind === 'found') return routed.target(new Call(incoming, path, routed.params));
  const allowed = routed.allowed.flatMap((http) => (http === 'GET' ? ['GET', 'HEAD'] : [http]));
  if (method === 'OPTIONS' && allowed.length > 0) return { status: 204, headers: { Allow: [...allowed, 'OPTIONS'].join(', ') } };
  const hint = allowed.length === 0 ? '' : ` This path takes ${allowed.join(', ')}.`;
  throw new ApiError('NOT_FOUND', `There is no method ${method} ${path}.${hint}`);
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function send(incoming: IncomingMessage, outgoing: ServerResponse, { status, body, json, headers }: Answer): void {
  if (outgoing.destroyed || outgoing.headersSent) return;
  const unread = !incoming.complete && hasBody(incoming);
  // What was not read of a body must not be taken for the next request.
  if (unread) outgoing.setHeader('Connection', 'close');
  const text = json ?? (body === undefined ? '' : JSON.stringify(body));
  outgoing.writeHead(status, { ...(text !== '' && { 'Content-Type': 'application/json; charset=UTF-8', 'Content-Length': Buffer.byteLength(text) }), ...headers });
  outgoing.end(text);
  // The rest of it is let go, so that who sends it comes to read the answer.
  if (unread) incoming.resume();
}

function methods(engine: Engine, catalog: Catalog): readonly Method[] {
  const workflows = new WorkflowMethods(catalog, engine);
  const executions = new ExecutionMethods(workflows, engine);
  const method = (http: Method['http'], path: string, handler: Handler, more: { readonly verb?: string; readonly beta?: boolean } = {}): Method => ({ http, path, handler, beta: true, ...more });
  return [
    method('GET', 'projects/:project/locations', listLocations),
    method('GET', place, getLocation),
    method('GET', `${place}/operations`, (c) => workflows.listOperations(c)),
    method('GET', `${place}/operations/:operation`, (c) => workflows.getOperation(c)),
    method('DELETE', `${place}/operations/:operation`, (c) => workflows.deleteOperation(c)),
    method('POST', `${place}/workflows`, (c) => workflows.create(c)),
    method('GET', `${place}/workflows`, (c) => workflows.list(c)),
    method('GET', workflow, (c) => workflows.get(c)),
    method('PATCH', workflow, (c) => workflows.patch(c)),
    method('DELETE', workflow, (c) => workflows.delete(c)),
    method('GET', workflow, (c) => workflows.listRevisions(c), { verb: 'listRevisions', beta: false }),
    method('POST', workflow, (c) => executions.triggerPubsub(c), { verb: 'triggerPubsubExecution', beta: false }),
    method('POST', `${workflow}/executions`, (c) => executions.create(c)),
    method('GET', `${workflow}/executions`, (c) => executions.list(c)),
    method('GET', execution, (c) => executions.get(c)),
    method('POST', execution, (c) => executions.cancel(c), { verb: 'cancel' }),
    method('GET', execution, (c) => executions.exportData(c), { verb: 'exportData', beta: false }),
    method('POST', execution, (c) => executions.deleteHistory(c), { verb: 'deleteExecutionHistory', beta: false }),
    method('GET', `${execution}/callbacks`, (c) => executions.listCallbacks(c), { beta: false }),
    method('GET', `${execution}/stepEntries`, (c) => executions.listStepEntries(c), { beta: false }),
    method('GET', `${execution}/stepEntries/:entry`, (c) => executions.getStepEntry(c), { beta: false }),
  ];
}

function listLocations(c: Call): object {
  const query = readQuery(c, ['filter', 'pageSize', 'pageToken', 'extraLocationTypes']);
  readToken(readPage(query, 1, 1, ['locations']).token, ['locations']);
  return { locations: [locationResource(part(c, 'project'), defaultPlace.location)] };
}

/** Any location is this machine. */
function getLocation(c: Call): object {
  readQuery(c, []);
  return locationResource(part(c, 'project'), part(c, 'location'));
}

function locationResource(project: string, location: string): object {
  return { name: `projects/${project}/locations/${location}`, locationId: location, displayName: 'This machine' };
}

const foreign = (): ApiError => new ApiError('PERMISSION_DENIED', 'This API is called from this machine, by the name 127.0.0.1 or localhost, not from pages of other sites.');
const noToken = (): ApiError => new ApiError('UNAUTHENTICATED', 'This server asks for a token: send it as "Authorization: Bearer TOKEN".');

/** Throws `ApiError` for what does not come from this machine's own programs. */
function guardWith(token: string | undefined): (incoming: IncomingMessage) => void {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
  return ({ headers, socket }) => {
    if (isForeign(headers.host, headers.origin, socket.localPort ?? 0)) throw foreign();
    if (expected && !timingSafeEqual(digest(headers.authorization ?? ''), expected)) throw noToken();
  };
}

/** Digests have one length, which a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function apiErrorOf(error: unknown, notice: (message: string) => void): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof LaunchRefused) return new ApiError('INVALID_ARGUMENT', error.message);
  if (error instanceof ResourceExhausted) return new ApiError('RESOURCE_EXHAUSTED', error.message);
  if (error instanceof EngineError) return new ApiError('FAILED_PRECONDITION', error.message);
  if (error instanceof StoreError) return new ApiError('UNAVAILABLE', error.message);
  notice(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return new ApiError('INTERNAL', 'The server failed to answer; its log says more.');
}
