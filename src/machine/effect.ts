/**
 * Everything a workflow cannot compute itself. The machine asks (`Effect`), whoever hosts it performs and answers
 * (`Outcome`). Both are plain JSON data: they are what a journal records.
 */
export type EffectRequest =
  | { readonly kind: 'now' }
  | { readonly kind: 'uuid' }
  | {
      readonly kind: 'log';
      readonly severity: string;
      /** Either a text or, for maps, the JSON text of the payload. */
      readonly text?: string;
      readonly json?: string;
    }
  | { readonly kind: 'sleep'; readonly seconds: number; readonly reason: 'sys.sleep' | 'retry' }
  /** Milliseconds since the epoch. */
  | { readonly kind: 'sleepUntil'; readonly time: number }
  | HttpRequest
  | { readonly kind: 'createCallback'; readonly method: string }
  | { readonly kind: 'awaitCallback'; readonly url: string; readonly timeoutSeconds: number }
  /** A connector or `experimental.executions` call; `args` is the JSON text of the arguments map. */
  | { readonly kind: 'connector'; readonly name: string; readonly args: string };

export interface HttpRequest {
  readonly kind: 'http';
  /** The function that was called, such as `http.get`: what mocks name. */
  readonly call: string;
  readonly method: string;
  /** With the query already appended. */
  readonly url: string;
  readonly headers: readonly (readonly [string, string])[];
  /** Base64 of the body; undefined for none. */
  readonly body?: string;
  readonly timeoutSeconds: number;
  /** PEM text of the only authorities to trust; undefined for the usual ones. */
  readonly caCertificate?: string;
}

export type Outcome =
  /** Of now (seconds, may be fractional), uuid (text), createCallback (url). */
  | { readonly kind: 'value'; readonly value: number | string }
  /** Of log and sleeps. */
  | { readonly kind: 'done' }
  | { readonly kind: 'response'; readonly code: number; readonly headers: readonly (readonly [string, string])[]; readonly body: string }
  /** A call of a callback's address: `time` is RFC 3339, `url` begins at the path, `body` is base64. */
  | { readonly kind: 'callback'; readonly time: string; readonly method: string; readonly url: string; readonly headers: readonly (readonly [string, string])[]; readonly body: string }
  /** The result of a connector, or of a callback that a mock answered, as JSON text. */
  | { readonly kind: 'result'; readonly json: string }
  /** The effect raised: a tagged error, or any value (JSON text) as a mock may give. */
  | { readonly kind: 'error'; readonly tag: string; readonly message: string; readonly moreTags?: readonly string[] }
  | { readonly kind: 'raise'; readonly json: string };

/** A request of one thread. Ids count up from 1 in the order asked, so a rerun asks for the same ids. */
export interface Effect {
  readonly id: number;
  readonly thread: number;
  readonly routine: string;
  readonly step: string;
  readonly request: EffectRequest;
}
