import type { EffectRequest } from '../../machine/effect.ts';

/** The library function or connector that asks for an effect, as programs name it; `retry` for the wait before another attempt, which is none. */
export function callName(request: EffectRequest): string {
  switch (request.kind) {
    case 'now':
      return 'sys.now';
    case 'uuid':
      return 'uuid.generate';
    case 'log':
      return 'sys.log';
    case 'sleep':
      return request.reason;
    case 'sleepUntil':
      return 'sys.sleep_until';
    case 'http':
      return request.call;
    case 'createCallback':
      return 'events.create_callback_endpoint';
    case 'awaitCallback':
      return 'events.await_callback';
    case 'connector':
      return request.name;
  }
}
