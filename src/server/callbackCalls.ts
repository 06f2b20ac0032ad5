import { callbackBodyLimit, headersOf } from '../engine/effects/callbackServer.ts';
import type { Refusal } from '../engine/effects/callbacks.ts';
import type { Engine } from '../engine/engine.ts';
import type { Answer } from './apiError.ts';
import { readBytes } from './body.ts';
import type { Call } from './call.ts';

/** Hands the call of a callback address, as it was called, to the engine. */
export async function takeCall({ incoming, method, path }: Call, engine: Engine): Promise<Answer> {
  // Nothing is read for an address that takes no call.
  const refused = engine.checkCallback(method, path);
  if (refused) return answer(refused);
  const body = (await readBytes(incoming, callbackBodyLimit)).toString('base64');
  const refusal = engine.receiveCallback({ kind: 'callback', time: new Date().toISOString(), method, url: incoming.url ?? '', headers: headersOf(incoming), body });
  return refusal ? answer(refusal) : { status: 200, body: {} };
}

function answer(refusal: Refusal): Answer {
  return { status: refusal.code, body: { error: refusal } };
}
