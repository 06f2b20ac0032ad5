import { raised } from './error.ts';

/** Bytes of UTF-8 a string may have (google-workflows 5). */
export const stringLimit = 256 * 1024;

/** Bytes of an HTTP response body (google-workflows 5). */
export const responseLimit = 2 * 1024 * 1024;

/** Limits of google-workflows 5 that a running execution can hit. */
export const machineLimits = { steps: 100_000, callDepth: 20, parallelNesting: 2, concurrency: 20, recordedFailures: 100 } as const;

/** Levels that lists and maps may nest in JSON, comparisons and merges: far beyond use, well within the stack. */
export const nestingLimit = 1000;

/** UTF-16 units of JSON text made from one value: what the largest response could need with every unit escaped. */
export const jsonTextLimit = 6 * responseLimit;

/** UTF-8 length of a text. */
export function utf8Length(text: string): number {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes++;
    // Two units of a surrogate pair take four bytes: one more for each. Everything else above U+07FF takes three.
    if (unit >= 0x800 && (unit < 0xd800 || unit > 0xdfff)) bytes++;
  }
  return bytes;
}

/** Gives the text back, or raises a ResourceLimitError where it is too long for a string. */
export function boundedString(text: string): string {
  if (text.length * 3 > stringLimit && (text.length > stringLimit || utf8Length(text) > stringLimit)) throw stringTooLong();
  return text;
}

/** For results whose length is known before they are made. */
export function checkStringLength(units: number): void {
  if (units > stringLimit) throw stringTooLong();
}

function stringTooLong() {
  return raised('ResourceLimitError', `a string may have ${stringLimit} bytes at most`);
}

export function checkNesting(depth: number, what: string): void {
  if (depth > nestingLimit) throw raised('ResourceLimitError', `${what} nested more than ${nestingLimit} levels deep`);
}
