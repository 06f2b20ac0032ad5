import { hmac } from '@noble/hashes/hmac.js';
import { md5, sha1 } from '@noble/hashes/legacy.js';
import { sha224, sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import { base64, base64nopad } from '@scure/base';
import { raised } from '../error.ts';
import { boundedString } from '../limits.ts';
import { Bytes } from '../value.ts';
import { define } from './define.ts';

/** The modules `base64` and `hash` (google-workflows 3). */
export const byteFunctions = [
  define('base64.encode', (data: Bytes, padding: boolean = true) => boundedString((padding ? base64 : base64nopad).encode(data.data))),
  define('base64.decode', (data: string, padding: boolean = true) => {
    try {
      return new Bytes((padding ? base64 : base64nopad).decode(data.replace(/[\r\n]/g, '')));
    } catch {
      throw raised('ValueError', padding ? 'base64.decode: the text is not Base64 with padding' : 'base64.decode: the text is not Base64 without padding');
    }
  }),
  define('hash.compute_checksum', (data: Bytes, algorithm: string) => new Bytes(hashOf('hash.compute_checksum', algorithm)(data.data))),
  define('hash.compute_hmac', (key: Bytes, data: Bytes, algorithm: string) => new Bytes(hmac(hashOf('hash.compute_hmac', algorithm), key.data, data.data))),
];

type Hash = typeof sha256 | typeof sha384 | typeof md5;

const hashes: ReadonlyMap<string, Hash> = new Map<string, Hash>([
  ['MD5', md5],
  ['SHA1', sha1],
  ['SHA224', sha224],
  ['SHA256', sha256],
  ['SHA384', sha384],
  ['SHA512', sha512],
]);

function hashOf(name: string, algorithm: string): Hash {
  const hash = hashes.get(algorithm);
  if (!hash) throw raised('ValueError', `${name}: unknown algorithm ${JSON.stringify(algorithm)}; known are ${[...hashes.keys()].join(', ')}`);
  return hash;
}
