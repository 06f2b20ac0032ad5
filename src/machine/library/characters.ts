/**
 * Strings by character. The language counts code points where JavaScript counts UTF-16 units; both agree for texts
 * without surrogates, which nearly all are.
 */

const surrogates = /[\ud800-\udfff]/;

export function countCharacters(text: string): number {
  if (!surrogates.test(text)) return text.length;
  let count = 0;
  for (let i = 0; i < text.length; i = after(text, i)) count++;
  return count;
}

/** The characters of a text; half a surrogate pair is one too. */
export function characters(text: string): string[] {
  return surrogates.test(text) ? Array.from(text) : text.split('');
}

/** Turns offsets in UTF-16 units, which must ascend, into indices of characters. */
export function characterIndices(text: string, offsets: readonly number[]): number[] {
  if (!surrogates.test(text)) return [...offsets];
  let offset = 0;
  let index = 0;
  return offsets.map((target) => {
    for (; offset < target; offset = after(text, offset)) index++;
    return index;
  });
}

/** The offset in UTF-16 units of a character; the text's length for the index after the last one. */
export function characterOffset(text: string, index: number): number {
  if (!surrogates.test(text)) return index;
  let offset = 0;
  for (let i = 0; i < index; i++) offset = after(text, offset);
  return offset;
}

function after(text: string, offset: number): number {
  return offset + (text.codePointAt(offset)! > 0xffff ? 2 : 1);
}
