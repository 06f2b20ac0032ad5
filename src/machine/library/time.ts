import { raised } from '../error.ts';
import { zeroOffset } from '../switches.ts';
import { Double } from '../value.ts';
import { define } from './define.ts';

/** The module `time` (google-workflows 3). */
export const timeFunctions = [
  define('time.format', (seconds: number | bigint | Double, timezone: string = 'UTC') => formatTime(seconds instanceof Double ? seconds.value : Number(seconds), timezone)),
  define('time.parse', (value: string) => new Double(parseTime(value, 'time.parse'))),
];

// The years 0001 to 9999, the only ones with four digits, in milliseconds.
const firstTime = -62_135_596_800_000;
const lastTime = 253_402_300_799_000;

function formatTime(seconds: number, timezone: string): string {
  let whole = Math.floor(seconds);
  let micros = Math.round((seconds - whole) * 1e6);
  if (micros === 1e6) {
    whole++;
    micros = 0;
  }
  const offset = Number.isFinite(whole) && inRange(whole * 1000) ? offsetMinutes(whole * 1000, timezone) : 0;
  const local = whole * 1000 + offset * 60_000;
  if (!inRange(local)) throw raised('ValueError', `time.format: ${seconds} seconds is outside of the years 0001 to 9999`);
  return `${new Date(local).toISOString().slice(0, 19)}.${String(micros).padStart(6, '0')}${suffix(offset, timezone)}`;
}

function inRange(milliseconds: number): boolean {
  return milliseconds >= firstTime && milliseconds <= lastTime;
}

function suffix(offset: number, timezone: string): string {
  if (offset === 0 && (zeroOffset === 'Z' || timezone === 'UTC')) return 'Z';
  const minutes = Math.abs(offset);
  const pad = (part: number): string => String(part).padStart(2, '0');
  return `${offset < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60))}:${pad(minutes % 60)}`;
}

/** The zone's offset from UTC at a time, in whole minutes. Raises ValueError for an unknown zone. */
function offsetMinutes(milliseconds: number, timezone: string): number {
  const name = zoneFormat(timezone)
    .formatToParts(milliseconds)
    .find((part) => part.type === 'timeZoneName')?.value;
  // `GMT`, `GMT+02:00`, or with seconds where a zone kept its solar time.
  const match = /^GMT([+-])(\d\d):(\d\d)/.exec(name ?? '');
  if (!match) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === '-' ? -minutes : minutes;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function zoneFormat(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone);
  if (known) return known;
  let format;
  try {
    // Offsets such as `+02:00` are no zone names, though Intl takes them.
    if (!/^[A-Za-z]/.test(timezone)) throw new RangeError();
    format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  } catch {
    throw raised('ValueError', `time.format: unknown time zone ${JSON.stringify(timezone)}; expecting an IANA name such as Europe/Vienna`);
  }
  formats.set(timezone, format);
  return format;
}

const pattern = /^(\d{4})-(\d\d)-(\d\d)[Tt](\d\d):(\d\d):(\d\d)(\.\d+)?(?:[Zz]|([+-])(\d\d):(\d\d))$/;

/** Seconds since the epoch of an RFC 3339 time. Raises ValueError in the name of the function given. */
export function parseTime(text: string, name: string): number {
  const match = pattern.exec(text);
  const seconds = match ? wholeSeconds(match) : undefined;
  if (seconds === undefined) {
    throw raised('ValueError', `${name}: ${JSON.stringify(text.slice(0, 80))} is not a time; expecting RFC 3339 such as 2026-01-31T08:00:00Z`);
  }
  return seconds + Number(match?.[7] ?? 0);
}

function wholeSeconds(match: RegExpExecArray): number | undefined {
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map(Number) as [number, number, number, number, number, number];
  const offset = Number(match[9] ?? 0) * 60 + Number(match[10] ?? 0);
  if (hour > 23 || minute > 59 || second > 59 || Number(match[9] ?? 0) > 23 || Number(match[10] ?? 0) > 59) return undefined;
  const date = new Date(0);
  // Date.UTC would take years before 100 for the 20th century.
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return date.getTime() / 1000 + hour * 3600 + minute * 60 + second - (match[8] === '-' ? -offset : offset) * 60;
}
