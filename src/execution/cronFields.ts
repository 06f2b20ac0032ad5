import type { Problem } from '../source/problem.ts';
import { cronProblem } from './cron.ts';
import { field, startInFile, type Field } from './fields.ts';
import type { CheckedField } from './options.ts';

/** What to do about moments that passed while nothing ran here. */
export const missedRules = ['skip', 'once'] as const;

/** The keys that say when; of `stepthrough.yaml` and of records alike. */
export const cronTable: readonly Field[] = [
  field('cron', { kind: 'string', minLength: 1, maxLength: 128 }, startInFile, 'When it starts, as a cron pattern: minute, hour, day of the month, month, day of the week; a first field more is seconds.'),
  field('time_zone', { kind: 'string', minLength: 1, maxLength: 64 }, startInFile, 'The time zone of the pattern, such as `Europe/Vienna`. Without it that of this machine.'),
  field('missed', { kind: 'enum', values: missedRules }, startInFile, 'What happens where moments passed while nothing ran here: `skip` (the usual) waits for the next one, `once` starts one execution for all of them.'),
];

/** When something starts by the clock. */
export interface CronRule {
  readonly cron: string;
  readonly timeZone: string | undefined;
  readonly missed: (typeof missedRules)[number];
}

/** Reads `cron`, `time_zone` and `missed`. The rule is undefined where there is no cron, or one that is not right. */
export function readCron(values: ReadonlyMap<string, CheckedField>, area: 'workspace' | 'resource'): { readonly rule: CronRule | undefined; readonly problem: Problem | undefined } {
  const cron = values.get('cron');
  const zone = values.get('time_zone');
  const timeZone = zone?.value as string | undefined;
  if (!cron) return { rule: undefined, problem: undefined };
  const problem = (code: string, message: string, { entry }: CheckedField): { rule: undefined; problem: Problem } => ({ rule: undefined, problem: { code: `${area}/${code}`, severity: 'error', message, range: entry.value.range } });
  const got = JSON.stringify(cron.value);
  switch (cronProblem(cron.value as string, timeZone)) {
    case 'zone':
      return problem('time-zone', `time_zone takes a name of the time zone database, such as Europe/Vienna; got ${JSON.stringify(timeZone)}.`, zone!);
    case 'pattern':
      return problem('cron', `cron takes a pattern of minute, hour, day of the month, month and day of the week, such as "0 9 * * 1-5"; got ${got}.`, cron);
    case 'never':
      return problem('cron', `cron never comes: ${got} is no day of any year to come.`, cron);
    case undefined:
      return { rule: { cron: cron.value as string, timeZone, missed: (values.get('missed')?.value as CronRule['missed'] | undefined) ?? 'skip' }, problem: undefined };
  }
}
