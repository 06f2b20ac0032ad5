import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import { callbackBodyLimit, headersOf } from '../engine/effects/callbackServer.ts';
import type { Refusal } from '../engine/effects/callbacks.ts';
import type { Engine } from '../engine/engine.ts';
import { readBytes } from './body.ts';

export type ServerEnv = { readonly Bindings: HttpBindings };

/** Hands the call of a callback address to the engine. */
export async function takeCall(c: Context<ServerEnv>, engine: Engine): Promise<Response> {
  // The address as it was called: nothing in it is decoded.
  const { method = '', url = '' } = c.env.incoming;
  // Nothing is read for an address that takes no call.
  const refused = engine.checkCallback(method, url.split('?', 1)[0]!);
  if (refused) return answer(refused);
  const body = (await readBytes(c, callbackBodyLimit)).toString('base64');
  const refusal = engine.receiveCallback({ kind: 'callback', time: new Date().toISOString(), method, url, headers: headersOf(c.env.incoming), body });
  return refusal ? answer(refusal) : Response.json({});
}

function answer(refusal: Refusal): Response {
  return Response.json({ error: refusal }, { status: refusal.code });
}
