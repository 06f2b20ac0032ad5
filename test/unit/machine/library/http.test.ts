import { strict as assert } from 'node:assert';
import type { HttpRequest, Outcome } from '../../../../src/machine/effect.ts';
import { bindArguments, effectFunctions } from '../../../../src/machine/library/index.ts';
import type { MapValue } from '../../../../src/machine/value.ts';
import { functions } from '../../../../src/workflow/library/index.ts';
import { bytes, catchRaised, d, entries, expectOutcome, hex, show, toValue, typeError, valueError, type Failure, type Plain } from './values.ts';

const agent = 'GoogleCloudWorkflows; (+https://cloud.google.com/workflows/docs)';

function request(name: string, args: Plain): HttpRequest {
  const named = (toValue(args) as MapValue).entries;
  const made = effectFunctions.get(name)!.request(bindArguments(functions.get(name)!, undefined, named));
  assert.equal(made.kind, 'http');
  return made;
}

const url = 'https://example.com/a';

describe('http requests', () => {
  it('have a method, the default timeout and the mark of Workflows', () => {
    assert.deepEqual(request('http.get', { url }), { kind: 'http', call: 'http.get', method: 'GET', url, headers: [['User-Agent', agent]], timeoutSeconds: 300 });
  });

  for (const [name, method] of [['http.get', 'GET'], ['http.post', 'POST'], ['http.put', 'PUT'], ['http.patch', 'PATCH'], ['http.delete', 'DELETE']] as const) {
    it(`${name} sends ${method}`, () => assert.equal(request(name, { url }).method, method));
  }
  for (const [given, method] of [['OPTIONS', 'OPTIONS'], ['head', 'HEAD']] as const) {
    it(`http.request takes the method ${given}`, () => assert.equal(request('http.request', { method: given, url }).method, method));
  }

  const urls: readonly (readonly [url: string, query: Plain, expected: string])[] = [
    [url, { q: 'a b&c' }, `${url}?q=a%20b%26c`],
    [url, { n: 1, d: d(1.5), b: true, s: '' }, `${url}?n=1&d=1.5&b=true&s=`],
    [url, { id: [1, 'x', false] }, `${url}?id=1&id=x&id=false`],
    [url, { id: [] }, url],
    [url, {}, url],
    [url, null, url],
    [`${url}?x=1`, { y: 2 }, `${url}?x=1&y=2`],
    [`${url}?`, { y: 2 }, `${url}?y=2`],
    [`${url}#part`, { y: 2 }, `${url}?y=2`],
    [url, { 'ä=': '😀' }, `${url}?%C3%A4%3D=%F0%9F%98%80`],
    [url, entries(['__proto__', 'x']), `${url}?__proto__=x`],
    ['http://localhost:8080', { a: 1 }, 'http://localhost:8080?a=1'],
  ];
  for (const [base, query, expected] of urls) {
    it(`query ${show(toValue(query))} of ${base}`, () => assert.equal(request('http.get', { url: base, query }).url, expected));
  }

  type BodyRow = readonly [headers: Plain, body: Plain, type: string | undefined, sent: string | undefined];
  const bodies: readonly BodyRow[] = [
    [null, { a: 1, b: [d(1)] }, 'application/json; charset=utf-8', '{"a":1,"b":[1.0]}'],
    [null, 'text', 'application/json; charset=utf-8', '"text"'],
    [null, 5, 'application/json; charset=utf-8', '5'],
    [null, bytes('raw'), 'application/octet-stream', 'raw'],
    [null, null, undefined, undefined],
    [{ 'Content-Type': 'image/png' }, bytes('raw'), 'image/png', 'raw'],
    [{ 'content-type': 'application/json' }, 'text', 'application/json', '"text"'],
    [{ 'Content-Type': 'application/vnd.api+json' }, { a: 1 }, 'application/vnd.api+json', '{"a":1}'],
    [{ 'Content-Type': 'text/plain; charset=utf-8' }, 'héllo', 'text/plain; charset=utf-8', 'héllo'],
    [{ 'Content-Type': 'application/xml' }, '<a/>', 'application/xml', '<a/>'],
    [{ 'Content-Type': 'application/xml' }, { a: 1 }, 'application/xml', '{"a":1}'],
    [{ 'Content-Type': 'application/x-www-form-urlencoded' }, 'a=1&b=2', 'application/x-www-form-urlencoded', 'a=1&b=2'],
    [{ 'Content-Type': 'application/x-www-form-urlencoded' }, { a: 'x y', b: [1, 2] }, 'application/x-www-form-urlencoded', 'a=x%20y&b=1&b=2'],
  ];
  for (const [headers, body, type, sent] of bodies) {
    it(`body ${show(toValue(body))} with the headers ${show(toValue(headers))}`, () => {
      const made = request('http.post', { url, headers, body });
      assert.equal(made.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1], type);
      assert.equal(made.body === undefined ? undefined : Buffer.from(made.body, 'base64').toString(), sent);
    });
  }

  it('keeps headers in order and appends its mark to the given User-Agent', () => {
    const { headers } = request('http.get', { url, headers: { 'X-B': 1, 'user-agent': 'mine/1.0', 'X-A': true } });
    assert.deepEqual(headers, [['X-B', '1'], ['user-agent', `mine/1.0 ${agent}`], ['X-A', 'true']]);
  });

  for (const timeout of [1, d(0.5), 1800]) {
    it(`timeout ${show(timeout)}`, () => assert.equal(request('http.get', { url, timeout }).timeoutSeconds, typeof timeout === 'number' ? timeout : 0.5));
  }
  for (const type of ['OIDC', 'OAuth2']) {
    it(`auth of the type ${type} changes nothing`, () => assert.deepEqual(request('http.get', { url, auth: { type } }), request('http.get', { url })));
  }
  it('takes a private service and a certificate', () => {
    const pem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n';
    assert.deepEqual(request('http.get', { url, private_service_name: 's', ca_certificate: pem }), { ...request('http.get', { url }), caCertificate: pem });
  });

  const methods = 'known are GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH';
  const failures: readonly (readonly [name: string, args: Plain, expected: Failure])[] = [
    ['http.get', { url: 'example.com' }, valueError('http.get: "example.com" is not a URL; expecting one that begins with https:// or http://')],
    ['http.get', { url: '' }, valueError('http.get: "" is not a URL; expecting one that begins with https:// or http://')],
    ['http.get', { url: 'file:///etc/passwd' }, valueError('http.get: "file:///etc/passwd" is not a URL; expecting one that begins with https:// or http://')],
    ['http.get', { url: 5 }, typeError('http.get: expecting string for url; got an integer')],
    ['http.get', {}, typeError('http.get needs the argument "url"; its parameters are url, timeout (optional), headers (optional), query (optional), auth (optional), private_service_name (optional), ca_certificate (optional)')],
    ['http.get', { url, body: 1 }, typeError('http.get has no parameter "body"; its parameters are url, timeout (optional), headers (optional), query (optional), auth (optional), private_service_name (optional), ca_certificate (optional)')],
    ['http.request', { url, method: 'FETCH' }, valueError(`http.request: unknown method "FETCH"; ${methods}`)],
    ['http.get', { url, ca_certificate: 'c' }, valueError('http.get: ca_certificate must be PEM text with "-----BEGIN CERTIFICATE-----"')],
    ['http.get', { url, timeout: 0 }, valueError('http.get: timeout must be more than 0 and at most 1800 seconds; got 0')],
    ['http.get', { url, timeout: 1801 }, valueError('http.get: timeout must be more than 0 and at most 1800 seconds; got 1801')],
    ['http.get', { url, timeout: d(NaN) }, valueError('http.get: timeout must be more than 0 and at most 1800 seconds; got NaN')],
    ['http.get', { url, timeout: '5' }, typeError('http.get: expecting number for timeout; got a string')],
    ['http.get', { url, headers: { 'bad name': 'x' } }, valueError('http.get: "bad name" is not a header name')],
    ['http.get', { url, headers: { '': 'x' } }, valueError('http.get: "" is not a header name')],
    ['http.get', { url, headers: { A: 'x\r\nB: y' } }, valueError('http.get: the header A contains a line break')],
    ['http.get', { url, headers: { A: null } }, typeError('http.get: expecting string for the header A; got null')],
    ['http.get', { url, headers: { A: ['x'] } }, typeError('http.get: expecting string for the header A; got a list')],
    ['http.get', { url, headers: 'A: b' }, typeError('http.get: expecting map for headers; got a string')],
    ['http.get', { url, query: { a: null } }, typeError('http.get: expecting string, number, or boolean, or a list of them for the query parameter a; got null')],
    ['http.get', { url, query: { a: [{}] } }, typeError('http.get: expecting string, number, or boolean, or a list of them for the query parameter a; got a map')],
    ['http.post', { url, headers: { 'Content-Type': 'text/plain' }, body: { a: 1 } }, typeError('http.post: expecting string for a body of the type text/plain; got a map')],
    ['http.post', { url, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: [1] }, typeError('http.post: expecting string for a body of the type application/x-www-form-urlencoded; got a list')],
    ['http.post', { url, body: { a: bytes('x') } }, valueError('bytes have no JSON form; encode them with base64.encode first')],
    ['http.get', { url, auth: { type: 'Basic' } }, valueError('http.get: auth.type must be "OIDC" or "OAuth2"; got "Basic"')],
    ['http.get', { url, auth: {} }, valueError('http.get: auth.type must be "OIDC" or "OAuth2"; got nothing')],
  ];
  for (const [name, args, expected] of failures) {
    it(`${name} refuses ${show(toValue(args))}`, () => {
      expectOutcome(() => {
        request(name, args);
        return null;
      }, expected);
    });
  }
});

function response(code: number, headers: readonly (readonly [string, string])[], body: string | Uint8Array = ''): Outcome {
  return { kind: 'response', code, headers, body: Buffer.from(body).toString('base64') };
}

const settle = (outcome: Outcome) => effectFunctions.get('http.get')!.settle(outcome, []);

describe('http responses', () => {
  const json = ['content-type', 'application/json'] as const;
  const bodies: readonly (readonly [type: string | undefined, body: string | Uint8Array, expected: Plain])[] = [
    ['application/json', '{"a":[1,1.0]}', { a: [1, d(1)] }],
    ['application/json; charset=utf-8', '"é"', 'é'],
    ['application/json; charset=iso-8859-1', Uint8Array.from([0x22, 0xe9, 0x22]), 'é'],
    ['application/json', '\ufeff1', 1],
    ['application/problem+json', '[]', []],
    ['APPLICATION/JSON', 'null', null],
    ['application/json', 'not json', 'not json'],
    ['application/json', '', null],
    ['text/plain', 'hi', 'hi'],
    ['text/html; charset="iso-8859-1"', Uint8Array.from([0xe9]), 'é'],
    ['text/html; charset=no-such', 'é', 'é'],
    ['text/plain', '', ''],
    ['text/plain', Uint8Array.from([0xff]), '\ufffd'],
    ['image/png', Uint8Array.from([0x89, 0x50]), hex('8950')],
    [undefined, 'x', bytes('x')],
    [undefined, '', null],
  ];
  for (const [type, body, expected] of bodies) {
    it(`a body of the type ${type ?? 'unknown'}: ${Buffer.from(body).toString('latin1')}`, () => {
      const settled = settle(response(200, type === undefined ? [] : [['content-type', type]], body)) as MapValue;
      assert.equal(show(settled.entries.get('body')!), show(toValue(expected)));
    });
  }

  it('has body, code and headers, repeated headers joined', () => {
    const settled = settle(response(201, [json, ['set-cookie', 'a=1'], ['X-REQUEST-ID', '7'], ['Set-Cookie', 'b=2'], ['__proto__', 'x']], '1'));
    assert.equal(show(settled), '{"body": 1, "code": 201, "headers": {"Content-Type": "application/json", "Set-Cookie": "a=1, b=2", "X-Request-Id": "7", "__proto__": "x"}}');
  });

  for (const code of [200, 204, 301, 399]) it(`status ${code} is a result`, () => assert.equal((settle(response(code, [])) as MapValue).entries.get('code'), code));

  for (const code of [400, 404, 500, 599]) {
    it(`status ${code} raises an HttpError with the response`, () => {
      const raised = catchRaised(() => settle(response(code, [json], '{"reason":"x"}')));
      const message = `HTTP server responded with error code ${code}`;
      assert.equal(raised.headline, message);
      assert.equal(show(raised.value), `{"body": {"reason": "x"}, "code": ${code}, "headers": {"Content-Type": "application/json"}, "message": "${message}", "tags": ["HttpError"]}`);
    });
  }

  it('keeps the text of an error that is not the JSON it claims to be', () => {
    const raised = catchRaised(() => settle(response(502, [json], '<html>')));
    assert.equal(show((raised.value as MapValue).entries.get('body')!), '"<html>"');
  });

  it('takes a body of 2 MB and refuses one byte more', () => {
    const limit = 2 * 1024 * 1024;
    assert.equal((settle(response(200, [], new Uint8Array(limit))) as MapValue).entries.size, 3);
    const raised = catchRaised(() => settle(response(200, [], new Uint8Array(limit + 1))));
    assert.equal(raised.headline, 'ResourceLimitError: the HTTP response has more than 2097152 bytes');
  });
});
