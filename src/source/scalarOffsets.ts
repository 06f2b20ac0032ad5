import type { ScalarNode } from './data.ts';

const isSpace = (code: number): boolean => code === 32 || code === 9 || code === 10 || code === 13;

/** Lengths of the double-quoted escapes that are longer than one character (YAML 1.2, 5.7). */
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/**
 * Finds where each UTF-16 unit of a decoded scalar stands in the source. Folding, indentation and chomping change
 * white space only, so the walk matches everything else character by character and lets white space slide; an
 * escape stands at its backslash. One extra entry holds the end.
 */
export function scalarOffsets(source: string, start: number, end: number, style: ScalarNode['style'], value: string): number[] {
  const offsets: number[] = new Array<number>(value.length + 1);
  const isBlock = style === 'literal' || style === 'folded';
  let at = start;
  let spaceSeen = start;
  if (style === 'single' || style === 'double') at++;
  if (isBlock) {
    while (at < end && source.charCodeAt(at) !== 10) at++;
    at++;
  }
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (style === 'double') at = skipContinuations(source, at, end);
    if (style === 'double' && source[at] === '\\') {
      const length = 2 + (hexDigits[source[at + 1] ?? ''] ?? 0);
      offsets[i] = at;
      // \U above the basic plane gives two units that stand at the same place.
      if (code >= 0xd800 && code <= 0xdbff && length === 10) offsets[++i] = at;
      at += length;
      continue;
    }
    // White space is looked through once for line breaks, not once per unit.
    const space = isBlock || at < spaceSeen ? undefined : spaceAt(source, at, end);
    if (space) spaceSeen = space.end;
    if (space && space.units > 0) {
      for (let more = space.units; more > 1; more--) offsets[i++] = at;
      offsets[i] = at;
      at = space.end;
      continue;
    }
    if (isSpace(code)) {
      offsets[i] = Math.min(at, end);
      if (isSpace(source.charCodeAt(at))) at++;
      continue;
    }
    while (at < end && isSpace(source.charCodeAt(at))) at++;
    if (style === 'double') at = skipContinuations(source, at, end);
    if (style === 'double' && source[at] === '\\') {
      i--;
      continue;
    }
    offsets[i] = Math.min(at, end);
    at += style === 'single' && code === 39 ? 2 : 1;
  }
  offsets[value.length] = Math.min(at, end);
  return offsets;
}

/** The white space at a place in a flow scalar. With line breaks in it, all of it stands for `units`: one break for a space, more for one break less. */
function spaceAt(source: string, from: number, end: number): { readonly end: number; readonly units: number } {
  let at = from;
  let breaks = 0;
  for (; at < end && isSpace(source.charCodeAt(at)); at++) {
    const code = source.charCodeAt(at);
    if (code === 10 || (code === 13 && source.charCodeAt(at + 1) !== 10)) breaks++;
  }
  return { end: at, units: breaks === 0 ? 0 : Math.max(1, breaks - 1) };
}

/** A backslash before a line break joins the lines and takes the next line's indentation with it. */
function skipContinuations(source: string, from: number, end: number): number {
  let at = from;
  while (source[at] === '\\' && (source[at + 1] === '\n' || source[at + 1] === '\r')) {
    at++;
    while (at < end && isSpace(source.charCodeAt(at))) at++;
  }
  return at;
}
