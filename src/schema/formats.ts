import { fullFormats } from 'ajv-formats/dist/formats.js';

/** What a format looks like, to complete "expected …". Formats that are not listed here are not checked. */
const descriptions = new Map([
  ['date-time', 'a date and time such as 2026-01-31T08:00:00Z'],
  ['date', 'a date such as 2026-01-31'],
  ['time', 'a time such as 08:00:00Z'],
  ['duration', 'a duration such as P1DT2H'],
  ['email', 'an e-mail address'],
  ['hostname', 'a host name'],
  ['ipv4', 'an IPv4 address'],
  ['ipv6', 'an IPv6 address'],
  ['uri', 'an absolute URI'],
  ['uri-reference', 'a URI or relative reference'],
  ['uri-template', 'a URI template'],
  ['uuid', 'a UUID'],
  ['json-pointer', 'a JSON pointer'],
  ['relative-json-pointer', 'a relative JSON pointer'],
  ['regex', 'a regular expression'],
]);

/** Longer strings are not checked: some of the expressions behind the formats are slower than linear. */
const maxCheckedLength = 4096;

/** What was expected where a string is not of a format; undefined where it is or the format is not known. */
export function formatViolation(format: string, text: string): string | undefined {
  const description = descriptions.get(format);
  if (description === undefined || text.length > maxCheckedLength) return undefined;
  return holds(format, text) ? undefined : description;
}

function holds(format: string, text: string): boolean {
  const check: unknown = fullFormats[format as keyof typeof fullFormats];
  if (check instanceof RegExp) return check.test(text);
  const validate: unknown = typeof check === 'object' && check !== null && 'validate' in check ? check.validate : check;
  if (validate instanceof RegExp) return validate.test(text);
  return typeof validate === 'function' ? Boolean((validate as (value: string) => unknown)(text)) : true;
}
