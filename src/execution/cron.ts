import { Cron } from 'croner';

/** What is wrong with a cron pattern or a time zone, to complete "…; got …"; undefined where nothing is. */
export function cronProblem(pattern: string, zone: string | undefined): 'pattern' | 'zone' | 'never' | undefined {
  if (zone !== undefined && !isZone(zone)) return 'zone';
  // A date is no pattern, though the library takes one; nor are names of it such as @reboot.
  if (/^\d{4}-/.test(pattern.trim()) || pattern.trim() === '') return 'pattern';
  try {
    return new Cron(pattern, { paused: true, ...(zone !== undefined && { timezone: zone }) }).nextRun() === null ? 'never' : undefined;
  } catch {
    return 'pattern';
  }
}

/** The first moment of a pattern after a time (both milliseconds since the epoch); undefined where none comes. */
export function nextCron(pattern: string, zone: string | undefined, after: number): number | undefined {
  // The library counts in whole seconds and takes the very moment for the next one.
  const from = new Date(Math.floor(after / 1000) * 1000);
  return new Cron(pattern, { paused: true, ...(zone !== undefined && { timezone: zone }) }).nextRun(from)?.getTime();
}

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).format(0) !== '';
  } catch {
    return false;
  }
}
