import { createHash, timingSafeEqual } from 'node:crypto';
import { Hono, type Context } from 'hono';
import { EngineError, type Engine } from '../engine/engine.ts';
import { defaultPlace } from '../engine/environment.ts';
import { isForeign } from '../engine/loopback.ts';
import { StoreError } from '../engine/store.ts';
import { LaunchRefused } from '../execution/launch.ts';
import { ApiError, errorResponse } from './apiError.ts';
import { takeCall, type ServerEnv } from './callbackCalls.ts';
import type { Catalog } from './catalog.ts';
import { ExecutionMethods } from './executions.ts';
import { part, readQuery } from './request.ts';
import { WorkflowMethods } from './workflows.ts';

export interface ApiOptions {
  readonly engine: Engine;
  readonly catalog: Catalog;
  /** Every request must carry it as `Authorization: Bearer …`, where there is one. */
  readonly token?: string | undefined;
  /** Told of faults of this program. */
  readonly notice: (message: string) => void;
}

type Handler = (c: Context<ServerEnv>) => object | Promise<object>;

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
export function createApi({ engine, catalog, token, notice }: ApiOptions): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  app.use(guard(token));
  app.all(`/v1/${execution}/callbacks/:callback`, (c) => takeCall(c, engine));
  for (const { http, path, verb, handler, beta } of methods(engine, catalog)) {
    // Without a verb the last part has no colon; other parts are looked at by what is named there.
    const pattern = path.replace(/:(\w+)$/, verb === undefined ? ':$1{[^/:]+}' : `:$1{[^/:]+:${verb}}`);
    app.on(http, `/:version{${beta ? 'v1(?:beta)?' : 'v1'}}/${pattern}`, async (c) => Response.json(await handler(c)));
  }
  app.notFound((c) => errorResponse(new ApiError('NOT_FOUND', `There is no method ${c.req.method} ${c.req.path}.`)));
  app.onError((error) => errorOf(error, notice));
  return app;
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
    method('GET', `${execution}/stepEntries`, (c) => executions.stepEntries(c), { beta: false }),
    method('GET', `${execution}/stepEntries/:entry`, (c) => executions.stepEntries(c), { beta: false }),
  ];
}

function listLocations(c: Context): object {
  readQuery(c, ['filter', 'pageSize', 'pageToken', 'extraLocationTypes']);
  return { locations: [locationResource(part(c, 'project'), defaultPlace.location)] };
}

/** Any location is this machine. */
function getLocation(c: Context): object {
  readQuery(c, []);
  return locationResource(part(c, 'project'), part(c, 'location'));
}

function locationResource(project: string, location: string): object {
  return { name: `projects/${project}/locations/${location}`, locationId: location, displayName: 'This machine' };
}

const foreign = new ApiError('PERMISSION_DENIED', 'This API is called from this machine, by the name 127.0.0.1 or localhost, not from pages of other sites.');
const noToken = new ApiError('UNAUTHENTICATED', 'This server asks for a token: send it as "Authorization: Bearer TOKEN".');

/** Refuses what does not come from this machine's own programs. */
function guard(token: string | undefined) {
  const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
  return async (c: Context<ServerEnv>, next: () => Promise<void>): Promise<Response | undefined> => {
    if (isForeign(c.req.header('Host'), c.req.header('Origin'), c.env.incoming.socket.localPort ?? 0)) {
      return errorResponse(foreign);
    }
    if (expected && !timingSafeEqual(digest(c.req.header('Authorization') ?? ''), expected)) {
      return errorResponse(noToken);
    }
    await next();
    return undefined;
  };
}

/** Digests have one length, which a comparison in constant time needs. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function errorOf(error: Error, notice: (message: string) => void): Response {
  if (error instanceof ApiError) return errorResponse(error);
  if (error instanceof LaunchRefused) return errorResponse(new ApiError('INVALID_ARGUMENT', error.message));
  if (error instanceof EngineError) return errorResponse(new ApiError('FAILED_PRECONDITION', error.message));
  if (error instanceof StoreError) return errorResponse(new ApiError('UNAVAILABLE', error.message));
  notice(error.stack ?? error.message);
  return errorResponse(new ApiError('INTERNAL', 'The server failed to answer; its log says more.'));
}
