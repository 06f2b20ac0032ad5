import { blocking, computed, libraryValue, optional, required, type FunctionSignature, type LibraryValue } from './signature.ts';

/** The `http` and `retry` modules (google-workflows 3). */

export const httpMethods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'] as const;

const url = required('url', ['string'], 'Address to call, with `http` or `https`.');
const timeout = optional('timeout', ['integer', 'double'], 'Seconds to wait for the answer, at most 1800.', '300');
const body = optional('body', ['any'], 'Bytes are sent as they are; text goes out as text where the `Content-Type` header says so; anything else as JSON.');
const rest = [
  optional('headers', ['map'], 'Request headers by name. Without a `Content-Type` the body decides it.'),
  optional('query', ['map'], 'Query parameters by name, URL-encoded for you; a list repeats its parameter.'),
  optional('auth', ['map'], 'How to authenticate: a map with `type` (`OIDC` or `OAuth2`) and `audience` or `scopes`. Local runs check it and send no credentials.'),
  optional('private_service_name', ['string'], 'Service Directory service to call. Not used for local runs.'),
  optional('ca_certificate', ['string'], 'Certificate authority to trust for this call, as PEM text.'),
];

const errors = ['AuthError', 'ConnectionError', 'ConnectionFailedError', 'HttpError', 'ResourceLimitError', 'TimeoutError', 'TypeError', 'ValueError'];
const answer = 'Returns a map with `body`, `code` and `headers`; a status of 400 or more raises an HttpError.';

function withBody(method: 'delete' | 'patch' | 'post' | 'put'): FunctionSignature {
  return blocking(`http.${method}`, {
    parameters: [url, timeout, body, ...rest],
    returns: 'map',
    errors,
    documentation: `Sends a ${method.toUpperCase()} request. ${answer}`,
  });
}

const exception = required('exception', ['any'], 'The error to judge.');

function predicate(name: string, documentation: string): FunctionSignature {
  return computed(name, { parameters: [exception], returns: 'boolean', errors: [], documentation });
}

const idempotentRule = 'HTTP 429, 502, 503 and 504, ConnectionError, ConnectionFailedError and TimeoutError';
const cautiousRule = 'HTTP 429 and 503, and ConnectionFailedError';

export const httpFunctions: readonly FunctionSignature[] = [
  blocking('http.get', { parameters: [url, timeout, ...rest], returns: 'map', errors, documentation: `Sends a GET request. ${answer}` }),
  withBody('post'),
  withBody('put'),
  withBody('patch'),
  withBody('delete'),
  blocking('http.request', {
    parameters: [required('method', ['string'], 'HTTP method.', httpMethods), url, timeout, body, ...rest],
    returns: 'map',
    errors,
    documentation: `Sends a request of any method. ${answer}`,
  }),
  predicate('http.default_retry_predicate', `True for errors worth another try of an idempotent request: ${idempotentRule}.`),
  predicate('http.default_retry_predicate_non_idempotent', `True for errors after which a request surely had no effect: ${cautiousRule}.`),
];

export const retryFunctions: readonly FunctionSignature[] = [
  predicate('retry.always', 'True for every error.'),
  predicate('retry.never', 'False for every error.'),
];

export const httpValues: readonly LibraryValue[] = [
  libraryValue('http.default_retry', 'map', `Retry policy for idempotent requests: up to 5 retries on ${idempotentRule}.`),
  libraryValue('http.default_retry_non_idempotent', 'map', `Retry policy for requests that must not run twice: up to 5 retries on ${cautiousRule}.`),
  libraryValue('http.default_retry_predicate', 'function', `Retry predicate for idempotent requests: ${idempotentRule}.`),
  libraryValue('http.default_retry_predicate_non_idempotent', 'function', `Retry predicate for requests that must not run twice: ${cautiousRule}.`),
];

export const retryValues: readonly LibraryValue[] = [
  libraryValue('retry.always', 'function', 'Retry predicate that retries after every error.'),
  libraryValue('retry.never', 'function', 'Retry predicate that never retries.'),
  libraryValue('retry.default_backoff', 'map', 'Waiting times between retries: 1 second at first, times 1.25 for each, at most 60 seconds.'),
];
