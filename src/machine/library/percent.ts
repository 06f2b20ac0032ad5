import { raised } from '../error.ts';

/** Percent encoding of URLs over UTF-8: letters, digits, `.`, `-` and `_` stay as they are (google-workflows 3). */

export function percentEncode(text: string, space: '%20' | '+'): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, (run) => {
    let encoded = '';
    for (const byte of new TextEncoder().encode(run)) encoded += byte === 0x20 ? space : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    return encoded;
  });
}

/** `+` is a space. Raises ValueError for a `%` without two hexadecimal digits; bytes that are not UTF-8 become U+FFFD. */
export function percentDecode(text: string, name: string): string {
  return text.replaceAll('+', ' ').replace(/(?:%(?:[0-9a-fA-F]{2})?)+/g, (run) => {
    if (!/^(?:%[0-9a-fA-F]{2})+$/.test(run)) throw raised('ValueError', `${name}: "%" must be followed by two hexadecimal digits`);
    const bytes = Uint8Array.from(run.slice(1).split('%'), (digits) => Number.parseInt(digits, 16));
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
  });
}
