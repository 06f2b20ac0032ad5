import { base64Functions, hashFunctions, jsonFunctions, listFunctions, mapFunctions, mathFunctions } from './data.ts';
import { expressionHelpers } from './expression.ts';
import { httpFunctions, httpValues, retryFunctions, retryValues } from './http.ts';
import type { FunctionSignature, LibraryValue } from './signature.ts';
import { eventFunctions, executionFunctions, sysFunctions, timeFunctions, uuidFunctions } from './system.ts';
import { textFunctions } from './text.ts';

export type { FunctionSignature, LibraryValue, Parameter, ParameterType } from './signature.ts';

/** Every documented function and expression helper by full name (google-workflows 2.7 and 3). */
export const functions: ReadonlyMap<string, FunctionSignature> = byName([
  ...expressionHelpers,
  ...base64Functions,
  ...eventFunctions,
  ...executionFunctions,
  ...hashFunctions,
  ...httpFunctions,
  ...jsonFunctions,
  ...listFunctions,
  ...mapFunctions,
  ...mathFunctions,
  ...retryFunctions,
  ...sysFunctions,
  ...textFunctions,
  ...timeFunctions,
  ...uuidFunctions,
]);

/** What may stand in an expression without being called: retry policies, the default backoff and the predicates. */
export const libraryValues: ReadonlyMap<string, LibraryValue> = byName([...httpValues, ...retryValues]);

/**
 * Whether a name calls one of Google's connectors: `googleapis.SERVICE.VERSION.….METHOD` (google-workflows 7), a
 * Kubernetes connector function such as `gke.create_job` (samples connect_kubernetes_api_*), or a command line tool
 * (demo workflows-executes-commands).
 */
export function isConnector(name: string): boolean {
  return /^googleapis(\.[A-Za-z_]\w*){3,}$/.test(name) || /^(?:gke\.\w+|shell\.(?:gcloud|kubectl))$/.test(name);
}

/** Connector functions that may stand in expressions too (sample connector_secretmanager). */
export function isConnectorHelper(name: string): boolean {
  return /^googleapis\.secretmanager\.v1\..*\.(accessString|addVersionString)$/.test(name);
}

function byName<Item extends { readonly name: string }>(items: readonly Item[]): ReadonlyMap<string, Item> {
  return new Map(items.map((item) => [item.name, item]));
}
