import type { Ajv2020 } from 'ajv/dist/2020.js';
import { fullFormats } from 'ajv-formats/dist/formats.js';

/** The formats that are checked and what they look like, to complete "Expected …". */
const descriptions = new Map<string, string>([
  ['date-time', 'a date and time such as 2026-01-31T08:00:00Z'],
  // Cloudomation's own (cloudomation 4), with or without an offset.
  ['datetime', 'a date and time such as 2026-01-31T08:00:00'],
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

/** Undefined for formats that are not checked. */
export function formatDescription(format: string): string | undefined {
  return descriptions.get(format);
}

export function addFormats(ajv: Ajv2020): void {
  for (const name of descriptions.keys()) {
    const holds = formatCheck(name === 'datetime' ? isDateTime : fullFormats[name as keyof typeof fullFormats]);
    ajv.addFormat(name, (text) => text.length > maxCheckedLength || holds(text));
  }
}

/** As Python's `isoformat` writes it, or as it prints it. */
function isDateTime(text: string): boolean {
  const [, day = '', time = '', offset = ''] = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:?\d\d)?$/i.exec(text) ?? [];
  return day !== '' && formatCheck(fullFormats.date)(day) && !Number.isNaN(Date.parse(`${day}T${time}${offset.replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`));
}

function formatCheck(format: unknown): (text: string) => boolean {
  if (format instanceof RegExp) return (text) => format.test(text);
  if (typeof format === 'function') return (text) => Boolean((format as (value: string) => unknown)(text));
  return formatCheck((format as { readonly validate: unknown }).validate);
}
