import { partsOf } from './call.ts';

/** What stands in a path: a text as it is, the version of the API, or a name of something. */
type Part = { readonly kind: 'text'; readonly text: string } | { readonly kind: 'version'; readonly beta: boolean } | { readonly kind: 'name'; readonly name: string };

interface Route<T> {
  readonly http: string;
  readonly parts: readonly Part[];
  /** What stands behind the colon of the last part. */
  readonly verb: string;
  readonly target: T;
}

export type Routed<T> =
  | { readonly kind: 'found'; readonly target: T; readonly params: ReadonlyMap<string, string> }
  /** The path is one of other methods. Empty where it is none at all. */
  | { readonly kind: 'missing'; readonly allowed: readonly string[] };

/** Where a request may have any method. */
export const anyMethod = '*';

/** Which method of the API a request means. */
export class Routes<T> {
  readonly #routes: Route<T>[] = [];

  /** Parts of `path` that begin with a colon are names. v1beta has it too where `beta` is true (google-workflows 6.2). */
  add(http: string, path: string, { verb = '', beta }: { readonly verb?: string | undefined; readonly beta: boolean }, target: T): void {
    const parts = path.split('/').map((part): Part => (part.startsWith(':') ? { kind: 'name', name: part.slice(1) } : { kind: 'text', text: part }));
    this.#routes.push({ http, parts: [{ kind: 'version', beta }, ...parts], verb, target });
  }

  /** HEAD is GET whose answer has no body. Throws `ApiError` where the path is no text. */
  find(method: string, path: string): Routed<T> {
    const http = method === 'HEAD' ? 'GET' : method;
    const parts = partsOf(path);
    const allowed = new Set<string>();
    for (const route of this.#routes) {
      const params = match(route, parts);
      if (!params) continue;
      if (route.http === http || route.http === anyMethod) return { kind: 'found', target: route.target, params };
      allowed.add(route.http);
    }
    return { kind: 'missing', allowed: [...allowed] };
  }
}

function match({ parts, verb }: Route<unknown>, given: readonly string[]): Map<string, string> | undefined {
  if (parts.length !== given.length) return undefined;
  const params = new Map<string, string>();
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i]!;
    const text = i === parts.length - 1 ? withoutVerb(given[i]!, verb) : given[i]!;
    if (text === undefined || !fits(part, text)) return undefined;
    if (part.kind !== 'text') params.set(part.kind === 'version' ? 'version' : part.name, text);
  }
  return params;
}

/** Undefined where the text has another verb. */
function withoutVerb(text: string, verb: string): string | undefined {
  const colon = text.indexOf(':');
  if ((colon < 0 ? '' : text.slice(colon + 1)) !== verb) return undefined;
  return colon < 0 ? text : text.slice(0, colon);
}

function fits(part: Part, text: string): boolean {
  switch (part.kind) {
    case 'text':
      return part.text === text;
    case 'version':
      return text === 'v1' || (part.beta && text === 'v1beta');
    case 'name':
      return text !== '';
  }
}
