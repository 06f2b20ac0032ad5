import type { Outcome } from '../../machine/effect.ts';
import type { JsonText } from '../../execution/record.ts';

/** The names that Google's APIs give beside these HTTP statuses (google-workflows 6.5). */
const statuses = { 400: 'INVALID_ARGUMENT', 404: 'NOT_FOUND', 409: 'ALREADY_EXISTS', 412: 'FAILED_PRECONDITION', 429: 'RESOURCE_EXHAUSTED' } as const;

/**
 * A call of a Google API that was refused: the HttpError a workflow would get, with the API's own error as body. The
 * message goes on to say why, since often only it is seen.
 */
export function apiError(code: keyof typeof statuses, message: string): Outcome {
  // A failed precondition is a 400 too.
  const http = code === 412 ? 400 : code;
  const error = { code: http, message, status: statuses[code] };
  return httpError(http, '{}', JSON.stringify({ error }), `: ${message}`);
}

/** The HttpError of a response whose headers and body are JSON texts. */
export function httpError(code: number, headers: JsonText, body: JsonText, detail = ''): Outcome {
  const message = JSON.stringify(`HTTP server responded with error code ${code}${detail}`);
  return { kind: 'raise', json: `{"message":${message},"tags":["HttpError"],"code":${code},"headers":${headers},"body":${body}}` };
}
