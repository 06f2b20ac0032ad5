import { strict as assert } from 'node:assert';
import { createHash, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { pureFunctions } from '../../../../src/machine/library/index.ts';
import { Bytes } from '../../../../src/machine/value.ts';
import { bytes, describeFunction, failure, hex, show, typeError, valueError } from './values.ts';

describe('base64', () => {
  describeFunction('base64.encode', [
    [[bytes('Hello World')], 'SGVsbG8gV29ybGQ='],
    [[bytes('')], ''],
    [[hex('fbff')], '+/8='],
    [[bytes('a'), false], 'YQ'],
    [[bytes('a'), true], 'YQ=='],
    [['a'], typeError('base64.encode: expecting bytes for data; got a string')],
    [[bytes('a'), 1], typeError('base64.encode: expecting boolean for padding; got an integer')],
    [[new Uint8Array(200_000)], failure('ResourceLimitError', 'a string may have 262144 bytes at most')],
  ]);
  describeFunction('base64.decode', [
    [['SGVsbG8gV29ybGQ='], bytes('Hello World')],
    [[''], bytes('')],
    [['SGVs\r\nbG8=\n'], bytes('Hello')],
    [['YQ', false], bytes('a')],
    [['YWJj'], bytes('abc')],
    [['YQ'], valueError('base64.decode: the text is not Base64 with padding')],
    [['YQ==', false], valueError('base64.decode: the text is not Base64 without padding')],
    [['Y'], valueError('base64.decode: the text is not Base64 with padding')],
    [['Y!=='], valueError('base64.decode: the text is not Base64 with padding')],
    [['-_8='], valueError('base64.decode: the text is not Base64 with padding')],
    [['Y Q='], valueError('base64.decode: the text is not Base64 with padding')],
    [[bytes('YQ==')], typeError('base64.decode: expecting string for data; got bytes')],
  ]);

  it('gives back what was encoded', () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.boolean(), (data, padding) => {
        const text = pureFunctions.get('base64.encode')!([new Bytes(data), padding]);
        assert.equal(show(pureFunctions.get('base64.decode')!([text, padding])), show(new Bytes(data)));
      }),
    );
  });
});

describe('hash', () => {
  describeFunction('hash.compute_checksum', [
    [[bytes('Hello World'), 'SHA256'], hex('a591a6d40bf420404a011733cfb7b190d62c65bf0bcda32b57b277d9ad9f146e')],
    [[bytes('Hello World'), 'sha256'], valueError('hash.compute_checksum: unknown algorithm "sha256"; known are MD5, SHA1, SHA224, SHA256, SHA384, SHA512')],
    [[bytes(''), 'MD5'], hex('d41d8cd98f00b204e9800998ecf8427e')],
    [['Hello', 'SHA256'], typeError('hash.compute_checksum: expecting bytes for data; got a string')],
    [[bytes('')], typeError('hash.compute_checksum needs the argument "algorithm"; its parameters are data, algorithm')],
  ]);
  describeFunction('hash.compute_hmac', [
    [[bytes('k'), bytes('d'), '__proto__'], valueError(/unknown algorithm "__proto__"/)],
    [['k', bytes('d'), 'MD5'], typeError('hash.compute_hmac: expecting bytes for key; got a string')],
  ]);

  for (const algorithm of ['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512']) {
    it(`computes ${algorithm} as OpenSSL does`, () => {
      const data = new TextEncoder().encode('The quick brown fox');
      const key = new TextEncoder().encode('key');
      const checksum = pureFunctions.get('hash.compute_checksum')!([new Bytes(data), algorithm]);
      assert.equal(show(checksum), `b:${createHash(algorithm).update(data).digest('hex')}`);
      const code = pureFunctions.get('hash.compute_hmac')!([new Bytes(key), new Bytes(data), algorithm]);
      assert.equal(show(code), `b:${createHmac(algorithm, key).update(data).digest('hex')}`);
    });
  }
});
