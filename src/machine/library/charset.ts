import { raised } from '../error.ts';

/**
 * Character encodings by IANA name. Writing knows the Unicode encodings, Latin-1 and ASCII; reading knows every
 * encoding of the web platform besides.
 */

export function encodeText(text: string, charset: string, name: string): Uint8Array {
  const known = canonical(charset);
  switch (known) {
    case 'utf-8':
      return new TextEncoder().encode(text);
    case 'utf-16':
      // Without a mark in the name, the bytes themselves say which end comes first.
      return utf16(`\ufeff${text}`, false);
    case 'utf-16be':
    case 'utf-16le':
      return utf16(text, known === 'utf-16le');
    case 'iso-8859-1':
    case 'us-ascii':
      return singleBytes(text, known === 'us-ascii' ? 0x7f : 0xff, charset, name);
    default:
      throw raised('ValueError', `${name}: cannot write the charset ${JSON.stringify(charset)}; known are UTF-8, UTF-16, UTF-16BE, UTF-16LE, ISO-8859-1 and US-ASCII`);
  }
}

/** What cannot be decoded becomes U+FFFD. */
export function decodeText(data: Uint8Array, charset: string, name: string): string {
  const known = canonical(charset);
  if (known === 'iso-8859-1') return data.reduce((text, byte) => text + String.fromCharCode(byte), '');
  if (known === 'us-ascii') return data.reduce((text, byte) => text + (byte < 0x80 ? String.fromCharCode(byte) : '\ufffd'), '');
  if (known === 'utf-16') {
    const little = data[0] === 0xff && data[1] === 0xfe;
    const marked = little || (data[0] === 0xfe && data[1] === 0xff);
    return decodeText(marked ? data.subarray(2) : data, little ? 'utf-16le' : 'utf-16be', name);
  }
  let decoder;
  try {
    decoder = new TextDecoder(known, { ignoreBOM: true });
  } catch {
    throw raised('ValueError', `${name}: unknown charset ${JSON.stringify(charset)}`);
  }
  return decoder.decode(data);
}

const aliases: ReadonlyMap<string, string> = new Map([
  ['utf8', 'utf-8'],
  ['utf16', 'utf-16'],
  ['ascii', 'us-ascii'],
  ['latin1', 'iso-8859-1'],
  ['latin-1', 'iso-8859-1'],
]);

function canonical(charset: string): string {
  const lower = charset.toLowerCase();
  return aliases.get(lower) ?? lower;
}

function utf16(text: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(text.length * 2));
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

function singleBytes(text: string, last: number, charset: string, name: string): Uint8Array {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit > last) throw raised('ValueError', `${name}: ${JSON.stringify(String.fromCodePoint(text.codePointAt(i)!))} is not in the charset ${charset}`);
    bytes[i] = unit;
  }
  return bytes;
}
