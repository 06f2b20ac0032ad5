import { setTimeout as delay } from 'node:timers/promises';
import { followReport, printEvent, type Failure, type Tally } from './report.ts';

export interface Followed {
  readonly report: string;
  /** Settles when whatever runs the tests has ended; its result explains an end before the last test. */
  readonly ended: Promise<string>;
  /** Milliseconds after which the tests are given up. */
  readonly timeout: number;
  /** Whether passed tests are printed too. */
  readonly passes: boolean;
}

/** Prints a report while it is written, and counts. Tests that end early or not at all are one failure more. */
export async function follow({ report, ended, timeout, passes }: Followed): Promise<Tally> {
  const { add } = followReport(report);
  const failures: Failure[] = [];
  let passed = 0;
  const remark = (text: string): void => {
    const last = failures.pop();
    if (last) failures.push({ ...last, error: `${last.error}\n${text}` });
  };
  const count = async (): Promise<boolean> => {
    let last = false;
    for (const event of await add()) {
      printEvent(event, passes);
      if (event.type === 'passed') passed++;
      else if (event.type === 'failed') failures.push(event);
      else if (event.type === 'remarked') remark(event.text);
      else if (event.type === 'ended') last = true;
    }
    return last;
  };
  let reason: string | undefined;
  void ended.then((text) => {
    reason = text;
  });
  const deadline = Date.now() + timeout;
  for (;;) {
    const over: string | undefined = reason;
    if (await count()) return { passed, failures };
    if (over !== undefined || Date.now() > deadline) {
      const failure = { title: 'the tests did not run to their end', error: over ?? `They were given up after ${timeout / 1000} s.` };
      printEvent({ type: 'failed', ...failure }, passes);
      return { passed, failures: [...failures, failure] };
    }
    await delay(100);
  }
}
