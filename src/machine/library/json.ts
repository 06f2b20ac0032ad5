import { raised } from '../error.ts';
import { boundedString } from '../limits.ts';
import { JsonError, parseJson, printJson, type JsonLayout } from '../json.ts';
import { Bytes, MapValue, type Value } from '../value.ts';
import { define } from './define.ts';

/** The module `json` (google-workflows 3). */
export const jsonFunctions = [
  define('json.decode', (data: Bytes | string) => {
    try {
      return parseJson(typeof data === 'string' ? data : strict.decode(data.data));
    } catch (error) {
      if (error instanceof JsonError) throw raised('ValueError', `json.decode: ${error.message} at offset ${error.offset}`);
      if (error instanceof TypeError) throw raised('ValueError', 'json.decode: the bytes are not UTF-8');
      throw error;
    }
  }),
  define('json.encode', (data: Value, indent?: boolean | MapValue) => new Bytes(new TextEncoder().encode(printJson(data, layout('json.encode', indent))))),
  define('json.encode_to_string', (data: Value, indent?: boolean | MapValue) =>
    boundedString(printJson(data, layout('json.encode_to_string', indent))),
  ),
];

const strict = new TextDecoder('utf-8', { fatal: true });

function layout(name: string, indent: boolean | MapValue | undefined): JsonLayout | undefined {
  if (!(indent instanceof MapValue)) return indent === true ? { prefix: '', indent: '    ' } : undefined;
  const result = { prefix: '', indent: '    ' };
  for (const [key, value] of indent.entries) {
    if (key !== 'prefix' && key !== 'indent') throw raised('ValueError', `${name}: indent has no key ${JSON.stringify(key)}; its keys are prefix and indent`);
    if (typeof value !== 'string') throw raised('TypeError', `${name}: expecting string for indent.${key}`);
    result[key] = value;
  }
  return result;
}
