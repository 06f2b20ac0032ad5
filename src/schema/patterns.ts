import { RE2JS } from 're2js';

/**
 * Regular expressions of schemas. They run on a linear-time engine, because a pattern of an unknown author must not
 * be able to hang the editor; what that engine cannot express (lookaround, back-references) is not checked.
 */
export type Pattern = { readonly matches: (text: string) => boolean } | { readonly unsupported: string };

const cache = new Map<string, Pattern>();
/** More than any workspace has; then the cache starts anew. */
const cacheSize = 2000;

export function compilePattern(source: string): Pattern {
  const known = cache.get(source);
  if (known) return known;
  if (cache.size >= cacheSize) cache.clear();
  const pattern = compile(source);
  cache.set(source, pattern);
  return pattern;
}

function compile(source: string): Pattern {
  if (source.length > 10_000) return { unsupported: 'it is longer than 10,000 characters' };
  // JSON Schema asks for ECMA-262 without flags beyond Unicode; schemas written for the non-Unicode mode are common.
  const valid = ['u', ''].some((flags) => isRegExp(source, flags));
  if (!valid) return { unsupported: 'it is not a regular expression' };
  if (/\(\?<?[=!]/.test(source)) return { unsupported: 'lookahead and lookbehind are not supported' };
  try {
    const compiled = RE2JS.compile(RE2JS.translateRegExp(source));
    return { matches: (text) => compiled.test(text) };
  } catch (error) {
    return { unsupported: error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : String(error) };
  }
}

/** Compiling a JavaScript expression runs nothing: only matching can be slow. */
function isRegExp(source: string, flags: string): boolean {
  try {
    return new RegExp(source, flags) instanceof RegExp;
  } catch {
    return false;
  }
}
