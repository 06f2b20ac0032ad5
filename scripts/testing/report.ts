import { appendFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

/** What a process that runs tests tells the one that started it: one JSON object a line, in a file both know. */
export type TestEvent =
  | { readonly type: 'passed'; readonly title: string; readonly milliseconds: number }
  | { readonly type: 'failed'; readonly title: string; readonly error: string }
  | { readonly type: 'skipped'; readonly title: string }
  /** More about the failure before it. */
  | { readonly type: 'remarked'; readonly text: string }
  | { readonly type: 'ended' };

export interface Failure {
  readonly title: string;
  readonly error: string;
}

/** What a stage of the tests came to. */
export interface Tally {
  readonly passed: number;
  readonly failures: readonly Failure[];
}

/** The variable that names the report file to a process that runs tests. */
export const reportVariable = 'STEPTHROUGH_TEST_REPORT';

export function writeEvent(file: string, event: TestEvent): void {
  appendFileSync(file, `${JSON.stringify(event)}\n`);
}

/** Reads a report while it is written. `add` is to be called now and then, and returns the events since the last call. */
export function followReport(file: string): { readonly add: () => Promise<readonly TestEvent[]> } {
  let read = 0;
  return {
    add: async () => {
      const text = await readFile(file, 'utf8').catch(() => '');
      const whole = text.slice(read, text.lastIndexOf('\n') + 1);
      read += whole.length;
      return whole.split('\n').filter((line) => line !== '').map((line) => JSON.parse(line) as TestEvent);
    },
  };
}

export function printEvent(event: TestEvent, passes: boolean): void {
  if (event.type === 'failed') printFailure(event);
  else if (event.type === 'remarked') console.log(indented(event.text));
  else if (event.type === 'skipped') console.log(`  - ${event.title} (skipped)`);
  else if (event.type === 'passed' && passes) console.log(`  ✓ ${event.title} (${event.milliseconds} ms)`);
}

export function printFailure({ title, error }: Failure): void {
  console.log(`  ✗ ${title}\n${indented(error)}`);
}

function indented(text: string): string {
  return text.replace(/^/gm, '      ');
}
